package socket

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Of what a slow subscriber has not read yet: how many messages may wait before
// progress to it is dropped, and how many bytes before other output is.
const (
	backlog      = 1000
	backlogBytes = 256 << 20
)

// Publisher is an XPUB socket: everybody who subscribed hears everything.
type Publisher struct {
	listener net.Listener
	welcome  func(topic string) [][]byte

	heard chan struct{} // closed at the first subscription
	once  sync.Once

	mu     sync.Mutex
	count  int
	peers  map[string]*peer
	topics map[*peer]map[string]bool
}

// NewPublisher listens at an endpoint: tcp://IP:PORT or ipc://PATH. What welcome
// returns is the first message that a new subscriber of a topic gets; nil frames
// are not sent.
func NewPublisher(endpoint string, welcome func(topic string) [][]byte) (*Publisher, error) {
	l, err := listen(endpoint)
	if err != nil {
		return nil, err
	}
	p := &Publisher{listener: l, welcome: welcome, heard: make(chan struct{}), peers: map[string]*peer{}, topics: map[*peer]map[string]bool{}}
	go serve(l, zmq4.XPub, p.join)
	return p, nil
}

// Send queues a message for everybody who subscribed to a beginning of its first
// frame. A progress message is dropped for subscribers that are far behind.
func (p *Publisher) Send(frames [][]byte, progress bool) {
	if progress {
		p.send(frames, load{messages: backlog, bytes: backlogBytes})
		return
	}
	p.send(frames, load{})
}

// SendOutput is Send for what may be large: a subscriber that has stopped reading
// and will run out of memory with us misses it. What stands for little bytes, such
// as idle, arrives if it ever reads on.
func (p *Publisher) SendOutput(frames [][]byte) { p.send(frames, load{bytes: backlogBytes}) }

func (p *Publisher) send(frames [][]byte, most load) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sub, topics := range p.topics {
		if hears(topics, string(frames[0])) {
			sub.send(frames, most)
		}
	}
}

func hears(topics map[string]bool, topic string) bool {
	for t := range topics {
		if strings.HasPrefix(topic, t) {
			return true
		}
	}
	return false
}

// Heard is closed when somebody has subscribed.
func (p *Publisher) Heard() <-chan struct{} { return p.heard }

// Addr is where the publisher listens.
func (p *Publisher) Addr() net.Addr { return p.listener.Addr() }

// Close waits up to d for queued messages to be written, then hangs up.
func (p *Publisher) Close(d time.Duration) {
	_ = p.listener.Close()
	p.mu.Lock()
	peers := p.peers
	p.peers, p.topics = map[string]*peer{}, map[*peer]map[string]bool{}
	p.mu.Unlock()
	hangUp(peers, d)
}

func (p *Publisher) join(sub *peer) {
	p.mu.Lock()
	p.count++
	name := fmt.Sprint(p.count)
	p.peers[name], p.topics[sub] = sub, map[string]bool{}
	p.mu.Unlock()
	sub.receive(func(frames [][]byte) { p.subscription(sub, frames) })
	p.mu.Lock()
	delete(p.peers, name)
	delete(p.topics, sub)
	p.mu.Unlock()
}

// subscription takes a frame of 1 (subscribe) or 0 and the topic.
func (p *Publisher) subscription(sub *peer, frames [][]byte) {
	if len(frames) != 1 || len(frames[0]) == 0 {
		return
	}
	topic := string(frames[0][1:])
	p.mu.Lock()
	defer p.mu.Unlock()
	topics := p.topics[sub]
	switch {
	case topics == nil: // the publisher is closed
	case frames[0][0] == 0:
		delete(topics, topic)
	case frames[0][0] == 1:
		topics[topic] = true
		p.once.Do(func() { close(p.heard) })
		if hello := p.welcome(topic); hello != nil {
			sub.send(hello, load{})
		}
	}
}
