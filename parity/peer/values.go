package peer

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"sort"
	"strconv"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file turns a struct of generated code into a tree of plain values and back, by its Go types alone.
// It uses no codec, so that two codecs with the same fault do not hide it from the test:
//
//	bool                  true, false
//	integers, enums       text in decimal
//	floats                text, their bits in hexadecimal
//	string, decimal       the text
//	bytes, uuid, json     text, in hexadecimal; null for no slice
//	timestamp, duration   text: seconds and nanoseconds, nanoseconds; null for no time
//	a message             a list of its fields
//	a list, a map         a list of its items, a list of [key, value] in the order of Dump
//	optional              null or the value in a list
//	oneof                 null or [name of the alternative, value]

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	uuidType     = reflect.TypeFor[zmqrt.UUID]()
	bytesType    = reflect.TypeFor[[]byte]()
	jsonType     = reflect.TypeFor[json.RawMessage]()
)

// TimeText is a time in the tree.
func TimeText(seconds int64, nanos int32) string { return fmt.Sprintf("%d.%09d", seconds, nanos) }

// Dump returns the tree of a value.
func Dump(v reflect.Value) any {
	switch v.Type() {
	case timeType:
		t := v.Interface().(time.Time)
		if t.IsZero() {
			return nil
		}
		return TimeText(t.Unix(), int32(t.Nanosecond()))
	case uuidType:
		u := v.Interface().(zmqrt.UUID)
		return hex.EncodeToString(u[:])
	case bytesType, jsonType:
		if v.IsNil() {
			return nil
		}
		return hex.EncodeToString(v.Bytes())
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	case reflect.Float32:
		return strconv.FormatUint(uint64(math.Float32bits(float32(v.Float()))), 16)
	case reflect.Float64:
		return strconv.FormatUint(math.Float64bits(v.Float()), 16)
	case reflect.String:
		return v.String()
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return []any{Dump(v.Elem())}
	case reflect.Slice:
		items := []any{}
		for i := range v.Len() {
			items = append(items, Dump(v.Index(i)))
		}
		return items
	case reflect.Map:
		entries := []any{}
		for _, key := range v.MapKeys() {
			entries = append(entries, []any{Dump(key), Dump(v.MapIndex(key))})
		}
		SortEntries(entries)
		return entries
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		holder := v.Elem().Elem()
		return []any{holder.Type().Field(0).Name, Dump(holder.Field(0))}
	case reflect.Struct:
		fields := []any{}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fields = append(fields, Dump(v.Field(i)))
			}
		}
		return fields
	}
	panic(fmt.Sprintf("a value of type %s", v.Type()))
}

// SortEntries puts the entries of a map into an order that depends on nothing but them.
func SortEntries(entries []any) {
	sort.Slice(entries, func(i, j int) bool {
		return fmt.Sprint(entries[i].([]any)[0]) < fmt.Sprint(entries[j].([]any)[0])
	})
}

// Fill sets a value to what a tree says. wrappers are the structs of the alternatives of oneofs, by the
// name of the interface and the name of the alternative.
func Fill(v reflect.Value, tree any, wrappers map[string]reflect.Type) {
	switch v.Type() {
	case timeType:
		if tree != nil {
			var seconds int64
			var nanos int64
			fmt.Sscanf(tree.(string), "%d.%d", &seconds, &nanos)
			v.Set(reflect.ValueOf(time.Unix(seconds, nanos).UTC()))
		}
		return
	case durationType:
		v.SetInt(number(tree))
		return
	case uuidType:
		var u zmqrt.UUID
		copy(u[:], unhex(tree))
		v.Set(reflect.ValueOf(u))
		return
	case bytesType, jsonType:
		if tree != nil {
			v.SetBytes(unhex(tree))
		}
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(tree.(bool))
	case reflect.Int32, reflect.Int64:
		v.SetInt(number(tree))
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(unsigned(tree, 10))
	case reflect.Float32:
		v.Set(reflect.ValueOf(math.Float32frombits(uint32(unsigned(tree, 16)))).Convert(v.Type()))
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(unsigned(tree, 16)))
	case reflect.String:
		v.SetString(tree.(string))
	case reflect.Pointer:
		if tree != nil {
			v.Set(reflect.New(v.Type().Elem()))
			Fill(v.Elem(), tree.([]any)[0], wrappers)
		}
	case reflect.Slice:
		for _, item := range tree.([]any) {
			next := reflect.New(v.Type().Elem()).Elem()
			Fill(next, item, wrappers)
			v.Set(reflect.Append(v, next))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, entry := range tree.([]any) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			Fill(key, entry.([]any)[0], wrappers)
			Fill(value, entry.([]any)[1], wrappers)
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		if tree != nil {
			name := v.Type().Name() + tree.([]any)[0].(string)
			holder := reflect.New(wrappers[name])
			Fill(holder.Elem().Field(0), tree.([]any)[1], wrappers)
			v.Set(holder)
		}
	case reflect.Struct:
		fields := tree.([]any)
		for i, at := 0, 0; i < v.NumField(); i++ {
			if v.Type().Field(i).IsExported() {
				Fill(v.Field(i), fields[at], wrappers)
				at++
			}
		}
	default:
		panic(fmt.Sprintf("a value of type %s", v.Type()))
	}
}

func number(tree any) int64 {
	n, err := strconv.ParseInt(tree.(string), 10, 64)
	must(err)
	return n
}

func unsigned(tree any, base int) uint64 {
	n, err := strconv.ParseUint(tree.(string), base, 64)
	must(err)
	return n
}

func unhex(tree any) []byte {
	b, err := hex.DecodeString(tree.(string))
	must(err)
	return b
}

// must stops the program, whose test then says what it asked for.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
