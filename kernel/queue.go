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
	came    time.Time
	via     *socket.Router
	aborted bool // by a failed cell before it
}

const (
	// burst is how long a client may take to send cells in a row. A cell that
	// fails sooner after it came is not answered before: the cells behind it, which
	// are not to run, may still be on their way.
	burst = 50 * time.Millisecond
	// flight is how long after a failed cell was answered a request may arrive
	// that was sent before.
	flight = 200 * time.Millisecond
)

// queue holds the shell requests that wait.
type queue struct {
	mu     sync.Mutex
	list   []*request
	wake   chan struct{}
	failed time.Time // when the failure of a cell was last answered
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) push(r *request) {
	q.mu.Lock()
	r.came = time.Now()
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

// abort marks the cells that wait behind r, and those on their way, as not to be
// run. The caller answers r afterwards.
func (q *queue) abort(ctx context.Context, r *request) {
	select {
	case <-time.After(burst - time.Since(r.came)):
	case <-ctx.Done():
	}
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
