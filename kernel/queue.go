package kernel

import (
	"context"
	"sync"
	"time"

	"graft/kernel/socket"
	"graft/kernel/wire"
)

// request is one message to be answered.
type request struct {
	msg     wire.Message
	via     *socket.Router
	aborted bool // by a failed cell before it
}

// flight is how long after a failed cell a request may arrive that was sent
// before it.
const flight = 200 * time.Millisecond

// queue holds the shell requests that wait.
type queue struct {
	mu     sync.Mutex
	list   []*request
	wake   chan struct{}
	failed time.Time // when a cell last failed
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) push(r *request) {
	q.mu.Lock()
	r.aborted = r.msg.Header.Type == "execute_request" && q.under(r.msg.Header.Time())
	q.list = append(q.list, r)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default: // awake already
	}
}

// under reports whether a request sent at t was on its way when a cell failed.
// The clocks of a distant client may disagree with ours: then it is run.
func (q *queue) under(t time.Time) bool {
	return !t.IsZero() && t.Before(q.failed) && time.Since(q.failed) < flight
}

// abort marks the cells that wait, and those on their way, as not to be run.
func (q *queue) abort() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.failed = time.Now()
	for _, r := range q.list {
		r.aborted = r.aborted || r.msg.Header.Type == "execute_request"
	}
}

// pop waits for the next request; ok is false when ctx is done.
func (q *queue) pop(ctx context.Context) (r *request, ok bool) {
	for {
		q.mu.Lock()
		if len(q.list) > 0 {
			r = q.list[0]
			q.list = q.list[1:]
		}
		q.mu.Unlock()
		if ctx.Err() != nil {
			return nil, false
		}
		if r != nil {
			return r, true
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
		}
	}
}
