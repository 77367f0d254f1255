//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// This file tests sockets that bind paths of ipc.

// pullAt opens a PULL that binds endpoint, on a pump of its own.
func pullAt(t testing.TB, endpoint string, opts ...SocketOption) (*Socket, <-chan string, error) {
	t.Helper()
	return pullOn(newPump(t), endpoint, opts...)
}

func pullOn(p *Pump, endpoint string, opts ...SocketOption) (*Socket, <-chan string, error) {
	in, err := OpenReceiver(context.Background(), p, stationTopology(), "b.pull", textCodec{}, append(opts, Bind(endpoint)))
	return p.Socket("test", "b.pull"), in, err
}

// reaches sends text from a socket of libzmq's alone to who is bound at endpoint.
func reaches(t testing.TB, endpoint string, in <-chan string) {
	t.Helper()
	sendFrames(t, rawSock(t, zmq4.PUSH, func(s *zmq4.Socket) error {
		s.SetLinger(10 * time.Second)
		return s.Connect(endpoint)
	}), "hello")
	equal(t, next(t, in), "hello")
}

// What libzmq does, so that what follows has a reason: it removes what is at the path, whatever it is.
func TestLibzmqTakesAPathFromWhoIsBoundThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	bind := func(s *zmq4.Socket) error { return s.Bind("ipc://" + path) }
	first, second := rawSock(t, zmq4.PULL, bind), rawSock(t, zmq4.PULL, bind)
	sender := rawSock(t, zmq4.PUSH, func(s *zmq4.Socket) error { return s.Connect("ipc://" + path) })
	sendFrames(t, sender, "for the first")
	equal(t, recvFrames(t, second), frames("for the first"))
	first.SetRcvtimeo(0)
	if _, err := first.RecvMessage(0); zmq4.AsErrno(err) != zmq4.Errno(syscall.EAGAIN) {
		t.Errorf("the first socket receives: %v", err)
	}
	document := filepath.Join(t.TempDir(), "document")
	if err := os.WriteFile(document, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error { return s.Bind("ipc://" + document) })
	if info := must(os.Lstat(document))(t); info.Mode().IsRegular() {
		t.Error("the document is still there")
	}
}

func TestIPCIsNotTakenFromTheLiving(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	at := "ipc://" + path
	for name, open := range map[string]func(t *testing.T) (stop func(), who string){
		"this process": func(t *testing.T) (func(), string) {
			s, _, err := pullAt(t, at)
			if err != nil {
				t.Fatal(err)
			}
			return func() { s.Close() }, "another socket of this process"
		},
		"another process": func(t *testing.T) (func(), string) {
			s := startStation(t, "b.pull", at)
			return s.kill, fmt.Sprintf("another process, process %d of user %d", s.cmd.Process.Pid, os.Getuid())
		},
		"a stopped process": func(t *testing.T) (func(), string) {
			s := startStation(t, "b.pull", at)
			s.cmd.Process.Signal(syscall.SIGSTOP)
			return s.kill, fmt.Sprintf("process %d", s.cmd.Process.Pid)
		},
		"a program without the runtime": func(t *testing.T) (func(), string) {
			s := rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error { return s.Bind(at) })
			return func() { s.Close() }, "it is bound by another"
		},
		"a socket that is none of ZeroMQ's": func(t *testing.T) (func(), string) {
			l := must(net.ListenPacket("unixgram", path))(t)
			return func() { l.Close() }, "it is bound by another process"
		},
	} {
		t.Run(name, func(t *testing.T) {
			stop, who := open(t)
			_, _, err := pullAt(t, at)
			if !errors.Is(err, syscall.EADDRINUSE) || !goTellsPids(who, err) || !strings.Contains(err.Error(), "bind "+at) {
				t.Fatalf("got %v, want that it is bound by %s", err, who)
			}
			stop()
			eventually(t, "the path is free", func() bool {
				s, _, err := pullAt(t, at)
				s.Close()
				return err == nil
			})
		})
	}
}

// goTellsPids reports whether err says who, where the system tells.
func goTellsPids(who string, err error) bool {
	return strings.Contains(err.Error(), who) || goruntime.GOOS != "linux" && strings.Contains(err.Error(), "it is bound by another")
}

func TestIPCOfACrashedProcessIsTakenOver(t *testing.T) {
	at := "ipc://" + filepath.Join(t.TempDir(), "s")
	startStation(t, "b.pull", at).kill()
	if _, err := os.Lstat(at[len("ipc://"):]); err != nil {
		t.Fatal("a killed process leaves no file, so that this tests nothing: ", err)
	}
	_, in, err := pullAt(t, at)
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, at, in)
}

func TestOfManyThatBindAPathAtOnceOneDoes(t *testing.T) {
	at := "ipc://" + filepath.Join(t.TempDir(), "s")
	const many = 8
	for range 5 {
		startStation(t, "b.pull", at).kill() // so that there is something to take over
		stations := make([]*station, many)
		var starting sync.WaitGroup
		for i := range stations {
			starting.Add(1)
			go func() {
				defer starting.Done()
				stations[i] = startStation(t, "b.pull", at)
			}()
		}
		starting.Wait()
		var won []*station
		for _, s := range stations {
			switch {
			case s == nil:
				t.Fatal("a station did not start")
			case s.failed == "":
				won = append(won, s)
			case !strings.Contains(s.failed, "it is bound by another process"):
				t.Error(s.failed)
			}
		}
		if len(won) != 1 {
			t.Fatalf("%d of %d have bound it", len(won), many)
		}
		push := rawSock(t, zmq4.PUSH, connectTo(at))
		sendFrames(t, push, "hello")
		equal(t, next(t, won[0].got), "hello")
		won[0].kill()
	}
}

func TestIPCReplacesNothingThatIsNoSocket(t *testing.T) {
	dir := t.TempDir()
	file, sub, link := filepath.Join(dir, "file"), filepath.Join(dir, "dir"), filepath.Join(dir, "link")
	err := errors.Join(os.WriteFile(file, []byte("precious"), 0o600), os.Mkdir(sub, 0o700), os.Symlink(file, link))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		file: "is no socket, but a file: remove it", sub: "but a directory", link: "but a symbolic link",
		filepath.Join(file, "s"): "not a directory",
	} {
		if _, _, err := pullAt(t, "ipc://"+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	equal(t, string(must(os.ReadFile(link))(t)), "precious")
}

func TestTheFileOfAnIPCPathGoesWithTheSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	there := func() bool { _, err := os.Lstat(path); return err == nil }
	s, in, err := pullAt(t, "ipc://"+path)
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, "ipc://"+path, in)
	s.Close()
	equal(t, there(), false)

	if err := startStation(t, "b.pull", "ipc://"+path).stop(); err != nil {
		t.Error(err)
	}
	equal(t, there(), false)

	// A socket that cannot open leaves nothing either.
	p := newPump(t)
	in, err = OpenReceiver(context.Background(), p, stationTopology(), "b.pull", textCodec{}, []SocketOption{Bind("ipc://"+path, "tcp://nowhere")})
	if err == nil || in != nil || there() {
		t.Errorf("got %v, %v, and the file is there: %v", in, err, there())
	}

	// One that another program has put in its place stays.
	s, _, err = pullAt(t, "ipc://"+path)
	if err != nil {
		t.Fatal(err)
	}
	thief := rawSock(t, zmq4.PULL, func(s *zmq4.Socket) error { return s.Bind("ipc://" + path) })
	s.Close()
	sendFrames(t, rawSock(t, zmq4.PUSH, connectTo("ipc://"+path)), "hello")
	equal(t, recvFrames(t, thief), frames("hello"))
}

func TestPermissionsOfIPCFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	for _, mode := range []fs.FileMode{0o600, 0o660, 0o777, 0o200} {
		s, _, err := pullAt(t, "ipc://"+path, IPCMode(mode))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, must(os.Lstat(path))(t).Mode(), fs.ModeSocket|mode)
		s.Close()
	}
	for mode, want := range map[fs.FileMode]string{0o60: "could not connect", fs.ModeSetuid | 0o700: "permissions alone"} {
		if _, _, err := pullAt(t, "ipc://"+path, IPCMode(mode)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", mode, err, want)
		}
	}
}

func TestTheDirectoryOfAnIPCPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "market")
	at := "ipc://" + filepath.Join(dir, "s")
	_, _, err := pullAt(t, at)
	if err == nil || !strings.Contains(err.Error(), "directory "+dir+" is not there: make it by mkdir, by RuntimeDirectory=") {
		t.Fatal(err)
	}
	_, in, err := pullOn(newPump(t, WithIPCDirectory(0o770)), at)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, must(os.Stat(dir))(t).Mode().Perm(), fs.FileMode(0o770))
	reaches(t, at, in)
	deep := "ipc://" + filepath.Join(dir, "a", "b", "s")
	if _, _, err := pullOn(newPump(t, WithIPCDirectory(0o700)), deep); err == nil || !strings.Contains(err.Error(), "make directory") {
		t.Errorf("got %v, want no more than one directory made", err)
	}
}

func TestNoIPCPathIsTooLongInSilence(t *testing.T) {
	dir := t.TempDir()
	fits := filepath.Join(dir, strings.Repeat("x", sunPath-len(dir)-1))
	_, in, err := pullAt(t, "ipc://"+fits)
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, "ipc://"+fits, in)
	if _, _, err := pullAt(t, "ipc://"+fits+"x"); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("path has %d bytes", sunPath+1)) {
		t.Errorf("bind: got %v", err)
	}
	_, err = OpenSender(context.Background(), newPump(t), stationTopology(), "a.push", textCodec{}, []SocketOption{Connect("ipc://" + fits + "x")})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("path has %d bytes", sunPath+1)) {
		t.Errorf("connect: got %v", err)
	}
}

func TestAbstractNamesAreTakenOnce(t *testing.T) {
	if goruntime.GOOS != "linux" {
		t.Skip("only Linux has names without a file")
	}
	at := fmt.Sprintf("ipc://@zmqgen-%d-%s", os.Getpid(), t.Name())
	s, in, err := pullAt(t, at)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, s.Endpoints(), []string{at})
	reaches(t, at, in)
	if _, _, err := pullAt(t, at); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "another socket of this process") {
		t.Errorf("got %v", err)
	}
}

func TestWhatASocketHasBoundIsFreeWhenItHasClosed(t *testing.T) {
	endpoints := []string{"ipc://" + filepath.Join(t.TempDir(), "s")}
	if goruntime.GOOS == "linux" {
		endpoints = append(endpoints, fmt.Sprintf("ipc://@zmqgen-%d-%s", os.Getpid(), t.Name()))
	}
	p := newPump(t)
	for _, at := range endpoints {
		for range 20 {
			s, _, err := pullOn(p, at)
			if err != nil {
				t.Fatal(err)
			}
			s.Close()
		}
	}
}

func TestAnIPCPathThatTheSystemChooses(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s, in, err := pullAt(t, "ipc://*")
	if err != nil {
		t.Fatal(err)
	}
	reaches(t, s.Endpoints()[0], in)
}

// An end that keeps the directory for itself does not keep a socket waiting for ever.
func TestADirectoryThatAnotherHasLocked(t *testing.T) {
	dir := t.TempDir()
	unlock := must(lockDirectory(dir))(t)
	if _, _, err := pullAt(t, "ipc://"+filepath.Join(dir, "s")); err == nil || !strings.Contains(err.Error(), "is locked") {
		t.Errorf("got %v", err)
	}
	unlock()
	if _, _, err := pullAt(t, "ipc://"+filepath.Join(dir, "s")); err != nil {
		t.Error(err)
	}
}
