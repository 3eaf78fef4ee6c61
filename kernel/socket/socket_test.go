package socket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
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

// What a stranger announces costs nothing, and the others are served on.
func TestHeavyFramesEndTheirConnection(t *testing.T) {
	r := router(t, local)
	go r.Echo()
	hello := append([]byte{0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'N', 'U', 'L', 'L'}, make([]byte, 48)...)
	ready := []byte("\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER")
	for name, attack := range map[string][]byte{
		"a frame of a terabyte":   {2, 0, 0, 1, 0, 0, 0, 0, 0},
		"a negative length":       {3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"a message without end":   bytes.Repeat([]byte{1, 0}, mostFrames+1),
		"a command of a terabyte": {6, 0, 0, 1, 0, 0, 0, 0, 0},
	} {
		c, err := net.Dial("tcp", r.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		go func() { _, _ = c.Write(slices.Concat(hello, ready, attack)) }()
		if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %v", name, err)
		}
	}
	req := dial(t, zmq4.NewReq(context.Background()), r.Addr())
	send(t, req, "ping")
	if got := receive(t, req); got != "ping" {
		t.Errorf("heartbeat answered %q", got)
	}
}

func TestGuardReadsPiecesOfAnySize(t *testing.T) {
	stream := slices.Concat(make([]byte, greeting), []byte{1, 3, 'a', 'b', 'c', 2, 0, 0, 0, 0, 0, 0, 0, 2, 'd', 'e'}, []byte{0, 0})
	for size := 1; size <= len(stream); size++ {
		g := newGuard()
		for piece := range slices.Chunk(stream, size) {
			if err := g.check(piece); err != nil {
				t.Fatal(err)
			}
		}
		if g.rest != 0 || len(g.head) != 0 || g.total != 0 {
			t.Fatalf("in pieces of %d: %+v", size, g)
		}
	}
}

// Of a subscriber that has stopped reading, only what is small is kept.
func TestBacklogIsBounded(t *testing.T) {
	stuck := &peer{}
	stuck.wake = sync.NewCond(&stuck.mu)
	p := &Publisher{topics: map[*peer]map[string]bool{stuck: {"": true}}}
	picture := [][]byte{[]byte("display_data"), make([]byte, 32<<20)}
	for range 100 {
		p.SendOutput(picture)
		p.Send([][]byte{[]byte("status")}, false)
	}
	if stuck.bytes > backlogBytes+64<<20 || len(stuck.queue) < 100 || len(stuck.queue) > 110 {
		t.Errorf("%d messages, %d bytes wait", len(stuck.queue), stuck.bytes)
	}
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
