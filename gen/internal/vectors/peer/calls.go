//go:build cgo

package peer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	zmq "github.com/pebbe/zmq4"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file runs the vectors of requests and replies over sockets, since clients and servers have no codec apart
// from theirs: a generated server with a raw DEALER, and a generated client with a raw ROUTER.

// patience is how long anything may take that takes no time.
const patience = 20 * time.Second

// Calls is what was generated for a req-rep pattern.
type Calls struct {
	Serve    func(context.Context, *zmqrt.Pump) (server any, endpoint string, err error)
	Dial     func(context.Context, *zmqrt.Pump, zmqrt.SocketOption) (client any, err error)
	Messages map[string]any // a nil pointer to each that is in a request, a reply or an error
}

func (c Calls) call(t *Task, result *Result) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	context, err := zmq.NewContext()
	if err != nil {
		return err
	}
	defer context.Term()
	refused := make(chan error, 1)
	pump, err := zmqrt.NewPump(ctx, zmqrt.WithErrorHandler(func(err error) {
		select {
		case refused <- err:
		default:
		}
	}))
	if err != nil {
		return err
	}
	defer pump.Close()
	s := scene{ctx: ctx, calls: c, task: t, result: result, context: context, pump: pump, refused: refused}
	if t.Frames == nil {
		if t.Request {
			return s.writeRequest()
		}
		return s.writeReply()
	}
	if t.Request { // first what the client does, since a server's end is that of the pump
		return errors.Join(s.writeRequest(), s.readRequest())
	}
	return errors.Join(s.readReply(), s.writeReply())
}

// scene is one vector on its way.
type scene struct {
	ctx     context.Context
	calls   Calls
	task    *Task
	result  *Result
	context *zmq.Context
	pump    *zmqrt.Pump
	refused <-chan error // what the pump reports
	asked   [][]byte     // the frames of the last request that a client wrote, from the method on
}

// socket is a raw one.
func (s *scene) socket(typ zmq.Type) (*zmq.Socket, error) {
	socket, err := s.context.NewSocket(typ)
	if err != nil {
		return nil, err
	}
	return socket, errors.Join(socket.SetRcvtimeo(patience), socket.SetSndtimeo(patience), socket.SetLinger(0))
}

// writeRequest has a client write a request.
func (s *scene) writeRequest() error {
	if s.task.Read {
		return nil
	}
	return s.withClient(func(router *zmq.Socket, frames [][]byte, _ <-chan []reflect.Value) error {
		s.result.Frames = s.asked
		return nil
	})
}

// readReply has a client read a reply.
func (s *scene) readReply() error {
	return s.withClient(func(router *zmq.Socket, frames [][]byte, done <-chan []reflect.Value) error {
		if err := send(router, frames[:s.lead()], s.task.Frames); err != nil {
			return err
		}
		out := <-done
		err, _ := out[len(out)-1].Interface().(error)
		var status *zmqrt.StatusError
		declared, isDeclared := err.(zmqrt.ErrorMessage)
		switch {
		case isDeclared:
			return s.setValue(declared)
		case errors.As(err, &status):
			s.result.Status, s.result.Text = status.Name, status.Body
		case err != nil:
			s.result.Refused = failure(err)
		case len(out) == 2:
			reply := reflect.New(out[0].Type())
			reply.Elem().Set(out[0])
			return s.setValue(reply.Interface())
		}
		return nil
	})
}

func (s *scene) setValue(m any) error {
	message, value, err := write(m)
	s.result.Message, s.result.Value = message, string(value)
	return err
}

// withClient calls the method of the task, gives do the frames of the request and what the call will return, and
// waits for its end.
func (s *scene) withClient(do func(router *zmq.Socket, frames [][]byte, done <-chan []reflect.Value) error) error {
	router, err := s.socket(zmq.ROUTER)
	if err != nil {
		return err
	}
	defer router.Close()
	if err := router.Bind("tcp://127.0.0.1:*"); err != nil {
		return err
	}
	endpoint, err := router.GetLastEndpoint()
	if err != nil {
		return err
	}
	client, err := s.calls.Dial(s.ctx, s.pump, zmqrt.Connect(endpoint))
	if err != nil {
		return err
	}
	method := reflect.ValueOf(client).MethodByName(s.task.Method)
	if !method.IsValid() {
		return fmt.Errorf("no method %s", s.task.Method)
	}
	ctx, cancel := context.WithCancel(s.ctx)
	in := []reflect.Value{reflect.ValueOf(ctx)}
	if method.Type().NumIn() == 2 {
		request := reflect.New(method.Type().In(1))
		if s.task.Request {
			if err := read(request.Interface(), s.task.Value); err != nil {
				cancel()
				return err
			}
		}
		in = append(in, request.Elem())
	}
	done, ended := make(chan []reflect.Value, 1), make(chan struct{})
	go func() {
		defer close(ended)
		done <- method.Call(in)
	}()
	defer func() { cancel(); <-ended }()
	frames, err := router.RecvMessageBytes(0)
	if err != nil {
		return fmt.Errorf("the request: %w", err)
	}
	for i, f := range s.task.Envelope {
		if len(frames) < i+2 || len(frames[i+1]) != len(f) {
			return fmt.Errorf("a request has the envelope %x", frames)
		}
	}
	s.asked = frames[s.lead():]
	return do(router, frames, done)
}

// lead is how many frames a ROUTER sees before a request or a reply.
func (s *scene) lead() int { return 1 + len(s.task.Envelope) }

// readRequest has a server read a request.
func (s *scene) readRequest() error {
	read := false
	verb, arg := "Fail", func(reflect.Value) reflect.Value { return reflect.ValueOf(errors.New("only read")) }
	if s.task.Bare { // which has no way to say that a call failed
		verb, arg = "Reply", func(reply reflect.Value) reflect.Value { return reflect.Zero(reply.Type().In(0)) }
	}
	answer, err := s.withServer(s.task.Frames, func(call reflect.Value) error {
		read = true
		if m, is := call.Elem().FieldByName("Request").Addr().Interface().(jsonMessage); is {
			return s.setValue(m)
		}
		return nil
	}, verb, arg)
	if err == nil && !read && s.result.Refused == nil {
		s.result.Refused = &Failure{Err: fmt.Sprintf("%q", answer)}
		s.result.Status = string(answer[0])
	}
	return err
}

// writeReply has a server write a reply, to a request that is all zero.
func (s *scene) writeReply() error {
	if s.task.Read {
		return nil
	}
	if s.asked == nil {
		if err := s.withClient(func(*zmq.Socket, [][]byte, <-chan []reflect.Value) error { return nil }); err != nil {
			return err
		}
	}
	verb, arg, err := s.answer()
	if err != nil {
		return err
	}
	s.result.Frames, err = s.withServer(s.asked, func(reflect.Value) error { return nil }, verb, func(reflect.Value) reflect.Value { return arg })
	return err
}

// answer is how a server answers a call with the reply of the task.
func (s *scene) answer() (verb string, arg reflect.Value, err error) {
	switch {
	case s.task.Status != "":
		return "Fail", reflect.ValueOf(&zmqrt.StatusError{Name: s.task.Status, Body: s.task.Text}), nil
	case s.task.Message == "":
		return "Reply", reflect.ValueOf(zmqrt.None{}), nil
	}
	m, err := fresh(s.calls.Messages, s.task.Message)
	if err == nil {
		err = read(m, s.task.Value)
	}
	if err != nil {
		return "", arg, err
	}
	if s.task.IsError {
		return "Fail", reflect.ValueOf(m), nil
	}
	return "Reply", reflect.ValueOf(m).Elem(), nil
}

// withServer sends frames to a server behind the envelope of the task, has see look at the call that comes of
// them, if one does, and answers it by verb, a method of the call, with what arg returns for it. It returns the answer
// without the envelope.
func (s *scene) withServer(frames [][]byte, see func(call reflect.Value) error, verb string, arg func(reflect.Value) reflect.Value) (answer [][]byte, err error) {
	server, endpoint, err := s.calls.Serve(s.ctx, s.pump)
	if err != nil {
		return nil, err
	}
	dealer, err := s.socket(zmq.DEALER)
	if err != nil {
		return nil, err
	}
	defer dealer.Close()
	if err := errors.Join(dealer.Connect(endpoint), send(dealer, s.task.Envelope, frames)); err != nil {
		return nil, err
	}
	seen := make(chan error, 1)
	go func() {
		call, is := reflect.ValueOf(server).Elem().FieldByName(s.task.Channel).Recv()
		if !is {
			seen <- nil // the request was refused, and the server has gone
			return
		}
		err := see(call)
		method := call.MethodByName(verb)
		out := method.Call([]reflect.Value{arg(method)})
		unsent, _ := out[0].Interface().(error)
		seen <- errors.Join(err, unsent)
	}()
	if s.task.Bare { // what is refused gets no answer
		select {
		case why := <-s.refused:
			s.result.Refused = failure(why)
			s.pump.Close()
			return nil, <-seen
		case err := <-seen:
			seen <- err
		}
	}
	all, err := dealer.RecvMessageBytes(0)
	s.pump.Close()
	if err := errors.Join(err, <-seen); err != nil {
		return nil, fmt.Errorf("a call of %q: %w", frames, err)
	}
	n := len(s.task.Envelope)
	if len(all) < n+1 || fmt.Sprint(all[:n]) != fmt.Sprint(s.task.Envelope) {
		return nil, fmt.Errorf("an answer has the envelope %x", all)
	}
	return all[n:], nil
}

func send(socket *zmq.Socket, envelope, frames [][]byte) error {
	_, err := socket.SendMessage(envelope, frames)
	return err
}
