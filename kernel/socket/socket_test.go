package socket

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

const local = "tcp://127.0.0.1:0"

func dial(t *testing.T, s zmq4.Socket, to net.Addr) zmq4.Socket {
	t.Helper()
	scheme := map[string]string{"tcp": "tcp://", "unix": "ipc://"}[to.Network()]
	if err := s.Dial(scheme + to.String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func send(t *testing.T, s zmq4.Socket, frames ...string) {
	t.Helper()
	if err := s.SendMulti(zmq4.NewMsgFromString(frames)); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, s zmq4.Socket) string {
	t.Helper()
	m, err := s.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range m.Frames {
		out = append(out, string(f))
	}
	return strings.Join(out, "|")
}

func router(t *testing.T, endpoint string) *Router {
	t.Helper()
	r, err := NewRouter(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(time.Second) })
	return r
}

func TestRouterAnswersTheOneWhoAsked(t *testing.T) {
	for _, endpoint := range []string{local, "ipc://" + filepath.Join(t.TempDir(), "s-1")} {
		r := router(t, endpoint)
		go r.Echo()
		a := dial(t, zmq4.NewDealer(context.Background(), zmq4.WithID(zmq4.SocketIdentity("a"))), r.Addr())
		b := dial(t, zmq4.NewDealer(context.Background(), zmq4.WithID(zmq4.SocketIdentity("b"))), r.Addr())
		send(t, a, "from a", strings.Repeat("x", 1000))
		send(t, b, "", "from b")
		if got := receive(t, b); got != "|from b" {
			t.Errorf("b got %q", got)
		}
		if got := receive(t, a); !strings.HasPrefix(got, "from a|xxx") {
			t.Errorf("a got %q", got)
		}
	}
}

func TestStrangersDoNotBlockOthers(t *testing.T) {
	r := router(t, local)
	go r.Echo()
	for _, hello := range []string{"", "GET / HTTP/1.0\r\n\r\n", "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f"} {
		c, err := net.Dial("tcp", r.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprint(c, hello)
	}
	req := dial(t, zmq4.NewReq(context.Background()), r.Addr())
	send(t, req, "ping")
	if got := receive(t, req); got != "ping" {
		t.Errorf("heartbeat answered %q", got)
	}
}

func TestPublisherWelcomesAndFlushes(t *testing.T) {
	p, err := NewPublisher(local, func(topic string) [][]byte { return [][]byte{[]byte("welcome"), []byte(topic)} })
	if err != nil {
		t.Fatal(err)
	}
	sub := dial(t, zmq4.NewSub(context.Background()), p.Addr())
	if err := sub.SetOption(zmq4.OptionSubscribe, ""); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, sub); got != "welcome|" {
		t.Errorf("first message %q", got)
	}
	const n = 3000
	for i := range n {
		p.Send([][]byte{[]byte("topic"), fmt.Append(nil, i)}, false)
	}
	closed := make(chan bool)
	go func() { p.Close(10 * time.Second); close(closed) }()
	for i := range n {
		if got := receive(t, sub); got != fmt.Sprintf("topic|%d", i) {
			t.Fatalf("message %d is %q", i, got)
		}
	}
	<-closed
}

func TestPortInUse(t *testing.T) {
	r := router(t, local)
	if _, err := NewRouter("tcp://" + r.Addr().String()); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("second listener: %v", err)
	}
	if _, err := NewRouter("udp://127.0.0.1:1"); err == nil {
		t.Error("udp was accepted")
	}
}
