package socket

import (
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Router is a ROUTER socket: it hears many clients and answers each of them.
type Router struct {
	listener net.Listener
	in       chan [][]byte
	done     chan struct{}
	once     sync.Once
	nameless atomic.Int64

	mu    sync.Mutex
	peers map[string]*peer
}

// NewRouter listens at an endpoint: tcp://IP:PORT or ipc://PATH.
func NewRouter(endpoint string) (*Router, error) {
	l, err := listen(endpoint)
	if err != nil {
		return nil, err
	}
	r := &Router{listener: l, in: make(chan [][]byte), done: make(chan struct{}), peers: map[string]*peer{}}
	go serve(l, zmq4.Router, r.join)
	return r, nil
}

// Messages delivers what clients send, the client's identity as first frame. It
// is closed never; stop reading when [Router.Close] was called.
func (r *Router) Messages() <-chan [][]byte { return r.in }

// Send queues a message for the client whose identity is the first frame. One for
// a client that is gone is dropped.
func (r *Router) Send(frames [][]byte) {
	if len(frames) == 0 {
		return
	}
	r.mu.Lock()
	p := r.peers[string(frames[0])]
	r.mu.Unlock()
	if p != nil {
		p.send(frames[1:], load{})
	}
}

// Echo sends every message back; it is how a kernel answers heartbeats. It
// returns when the router is closed.
func (r *Router) Echo() {
	for {
		select {
		case frames := <-r.in:
			r.Send(frames)
		case <-r.done:
			return
		}
	}
}

// Addr is where the router listens.
func (r *Router) Addr() net.Addr { return r.listener.Addr() }

// Close waits up to d for queued messages to be written, then hangs up.
func (r *Router) Close(d time.Duration) {
	r.once.Do(func() { close(r.done) })
	_ = r.listener.Close()
	r.mu.Lock()
	peers := r.peers
	r.peers = map[string]*peer{}
	r.mu.Unlock()
	hangUp(peers, d)
}

// hangUp flushes peers for at most d and closes them.
func hangUp(peers map[string]*peer, d time.Duration) {
	var all sync.WaitGroup
	for _, p := range peers {
		timer := time.AfterFunc(d, p.close)
		all.Go(func() {
			p.flush()
			timer.Stop()
			p.close()
		})
	}
	all.Wait()
}

func (r *Router) join(p *peer) {
	if p.id == "" {
		p.id = fmt.Sprintf("graft-peer-%d", r.nameless.Add(1))
	}
	r.mu.Lock()
	r.peers[p.id] = p // a client that comes back takes its place
	r.mu.Unlock()
	id := []byte(p.id)
	p.receive(func(frames [][]byte) {
		select {
		case r.in <- append([][]byte{id}, frames...):
		case <-r.done:
		}
	})
	r.mu.Lock()
	if r.peers[p.id] == p {
		delete(r.peers, p.id)
	}
	r.mu.Unlock()
}
