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
	bytes  int  // in queue
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
	out := &buffered{Conn: raw, w: bufio.NewWriter(raw), in: newGuard()}
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

// load is how much may wait for a peer before a message is dropped: a number of
// messages, or of bytes; 0 is any.
type load struct{ messages, bytes int }

// send queues a message unless more than most waits.
func (p *peer) send(frames [][]byte, most load) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || most.messages > 0 && len(p.queue) > most.messages || most.bytes > 0 && p.bytes > most.bytes {
		return
	}
	p.queue = append(p.queue, frames)
	p.bytes += weight(frames)
	p.wake.Broadcast()
}

// frameCost is what a frame weighs besides its bytes.
const frameCost = 64

func weight(frames [][]byte) (n int) {
	for _, f := range frames {
		n += len(f) + frameCost
	}
	return n
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
	p.queue[0] = nil // the rest of the queue may wait for long
	p.queue = p.queue[1:]
	p.bytes -= weight(frames)
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

// buffered holds back what is written until a message is whole, and ends when a
// message that comes in is too heavy.
type buffered struct {
	net.Conn
	w    *bufio.Writer
	hold bool
	in   *guard
}

func (b *buffered) Read(p []byte) (int, error) {
	n, err := b.Conn.Read(p)
	if heavy := b.in.check(p[:n]); heavy != nil {
		return 0, heavy
	}
	return n, err
}

func (b *buffered) Write(p []byte) (int, error) {
	n, err := b.w.Write(p)
	if err == nil && !b.hold {
		err = b.w.Flush()
	}
	return n, err
}
