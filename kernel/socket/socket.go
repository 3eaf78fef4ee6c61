// Package socket is the only place that knows ZeroMQ: it opens the sockets on
// which Jupyter's clients connect and moves frames, as opposed to package wire,
// which knows what the frames mean.
//
//	shell, err := socket.NewRouter("tcp://127.0.0.1:5555")
//	for frames := range shell.Messages() {
//		shell.Send(frames) // the first frame says to whom
//	}
//
// It is built on single connections of go-zeromq, not on its sockets: those
// never report subscriptions, cannot be flushed before the process ends, and
// wait for the handshake of one client before they accept the next.
//
// It doesn't handle: CURVE encryption, and ZMTP heartbeats while messages are
// being sent (libzmq sends none unless told to).
package socket

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

// handshake is how long a client may take to say who it is.
const handshake = 10 * time.Second

// listen opens an endpoint, tcp://IP:PORT or ipc://PATH. Only the user may connect
// to the file of the latter.
func listen(endpoint string) (net.Listener, error) {
	scheme, addr, _ := strings.Cut(endpoint, "://")
	network := map[string]string{"tcp": "tcp", "ipc": "unix"}[scheme]
	if network == "" {
		return nil, fmt.Errorf("socket: transport of %q (want tcp:// or ipc://)", endpoint)
	}
	if network == "unix" {
		// A kernel that was killed leaves its file behind.
		if _, err := net.DialTimeout(network, addr, time.Second); err != nil {
			_ = os.Remove(addr)
		}
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		return nil, fmt.Errorf("socket: %q: %w", endpoint, err)
	}
	if network == "unix" {
		if err := os.Chmod(addr, 0o600); err != nil {
			_ = l.Close()
			return nil, fmt.Errorf("socket: %q: %w", endpoint, err)
		}
	}
	return l, nil
}

// serve accepts connections until the listener is closed.
func serve(l net.Listener, kind zmq4.SocketType, each func(*peer)) {
	for {
		raw, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(50 * time.Millisecond) // out of file descriptors, say
			continue
		}
		go func() {
			if p, err := greet(raw, kind); err == nil {
				each(p)
			}
		}()
	}
}

// peer is one connected client. What is sent to it waits in a queue of its own, so
// that a slow client holds up nobody.
type peer struct {
	id   string
	conn *zmq4.Conn
	out  *buffered

	mu     sync.Mutex
	wake   *sync.Cond
	queue  [][][]byte
	busy   bool // a message is being written
	closed bool
}

func greet(raw net.Conn, kind zmq4.SocketType) (p *peer, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("socket: handshake: %v", r)
		}
		if err != nil {
			_ = raw.Close()
		}
	}()
	_ = raw.SetDeadline(time.Now().Add(handshake))
	out := &buffered{Conn: raw, w: bufio.NewWriter(raw)}
	conn, err := zmq4.Open(out, null.Security(), kind, zmq4.SocketIdentity("graft"), true, nil)
	if err != nil {
		return nil, err
	}
	_ = raw.SetDeadline(time.Time{})
	out.hold = true
	p = &peer{id: conn.Peer.Meta["Identity"], conn: conn, out: out}
	p.wake = sync.NewCond(&p.mu)
	go p.write()
	return p, nil
}

// receive calls each for every message until the client goes.
func (p *peer) receive(each func(frames [][]byte)) {
	defer p.close()
	// zmq4 panics on some lengths that no client sends.
	defer func() { _ = recover() }()
	for {
		msg, err := p.conn.RecvMsg()
		if err != nil {
			return
		}
		if msg.Type == zmq4.UsrMsg {
			each(msg.Frames)
		}
	}
}

// send queues a message. A progress message is dropped if more than limit wait.
func (p *peer) send(frames [][]byte, progress bool, limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || progress && len(p.queue) > limit {
		return
	}
	p.queue = append(p.queue, frames)
	p.wake.Broadcast()
}

func (p *peer) write() {
	for {
		frames, ok := p.take()
		if !ok {
			return
		}
		err := p.conn.SendMsg(zmq4.NewMsgFrom(frames...))
		if err = errors.Join(err, p.out.w.Flush()); err != nil {
			p.close()
		}
		p.mu.Lock()
		p.busy = false
		p.wake.Broadcast()
		p.mu.Unlock()
	}
}

func (p *peer) take() ([][]byte, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.queue) == 0 && !p.closed {
		p.wake.Wait()
	}
	if p.closed {
		return nil, false
	}
	frames := p.queue[0]
	p.queue = p.queue[1:]
	p.busy = true
	return frames, true
}

// flush waits until everything queued is written or the client is gone.
func (p *peer) flush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for (len(p.queue) > 0 || p.busy) && !p.closed {
		p.wake.Wait()
	}
}

func (p *peer) close() {
	p.mu.Lock()
	p.closed = true
	p.wake.Broadcast()
	p.mu.Unlock()
	_ = p.conn.Close()
}

// buffered holds back what is written until a message is whole.
type buffered struct {
	net.Conn
	w    *bufio.Writer
	hold bool
}

func (b *buffered) Write(p []byte) (int, error) {
	n, err := b.w.Write(p)
	if err == nil && !b.hold {
		err = b.w.Flush()
	}
	return n, err
}
