package gen

import "testing"

// The algorithm is frozen: a row may be added, and none changed.
func TestExportedNames(t *testing.T) {
	for name, want := range map[string]string{
		"order_id":    "OrderID",
		"id":          "ID",
		"url":         "URL",
		"uuid":        "UUID",
		"http_url":    "HTTPURL",
		"ids":         "Ids",
		"symbol":      "Symbol",
		"at":          "At",
		"BUY":         "Buy",
		"DARK_BLUE":   "DarkBlue",
		"UNSPECIFIED": "Unspecified",
		"level_2":     "Level2",
		"utf8_text":   "UTF8Text",
		"x":           "X",
		"a__b":        "AB",
		"type":        "Type",
	} {
		if got := exported(name); got != want {
			t.Errorf("exported(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestUnexportedNames(t *testing.T) {
	for name, want := range map[string]string{
		"OrderID":   "orderID",
		"URL":       "url",
		"URLList":   "urlList",
		"UUIDStore": "uuidStore",
		"UTF8Text":  "utf8Text",
		"Quotes":    "quotes",
		"X":         "x",
		"ABTest":    "abTest",
	} {
		if got := unexported(name); got != want {
			t.Errorf("unexported(%q) = %q, want %q", name, got, want)
		}
	}
}
