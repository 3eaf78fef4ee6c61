package vm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/tools/go/ssa"
)

// abort is the panic value of an unwinding that recover does not stop.
type abort struct {
	interrupt bool
	overflow  bool
	final     bool // deferred calls do not run
	exit      *Exit
}

// Overflow is the value of the Panic of an evaluation that nested too many
// calls.
type Overflow struct{ Depth int }

// Error has the words of the Go runtime.
func (o *Overflow) Error() string { return "stack overflow" }

// RuntimeError marks it as an error of the runtime.
func (o *Overflow) RuntimeError() {}

// evaluation is one Run: its flags and how it ends.
type evaluation struct {
	m    *Machine
	env  *Env
	stop atomic.Uint32
	kill atomic.Uint32 // stop deferred calls as well
	// interrupted is closed together with stop.
	interrupted chan struct{}
	killed      chan struct{} // closed together with kill
	once        sync.Once
	mu          sync.Mutex
	over        bool // Run has returned
	verdict     error
	main        *thread
	running     sync.WaitGroup // goroutines that the evaluation started
	inNative    atomic.Int32   // 1 while the main thread is in native code, 2 if that watches the context
}

const (
	abandonAfter = 300 * time.Millisecond // for native code that knows no context
	contextGrace = 60 * time.Second       // for native code that does
	deferGrace   = time.Second            // for deferred calls of an interrupted cell
)

func (m *Machine) newEvaluation(env *Env) *evaluation {
	if env == nil {
		env = &Env{}
	}
	return &evaluation{m: m, env: env, interrupted: make(chan struct{}), killed: make(chan struct{})}
}

func (e *evaluation) context() context.Context {
	if e.env.Context != nil {
		return e.env.Context
	}
	return context.Background()
}

// interrupt makes every thread of the evaluation unwind.
func (e *evaluation) interrupt() {
	e.once.Do(func() {
		e.stop.Store(1)
		close(e.interrupted)
		time.AfterFunc(deferGrace, func() {
			e.kill.Store(1)
			close(e.killed)
		})
	})
}

// end gives the evaluation a verdict and interrupts it, unless it is over.
func (e *evaluation) end(verdict error) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return false
	}
	if e.verdict == nil {
		e.verdict = verdict
	}
	e.interrupt()
	return true
}

// finish marks the evaluation as over: its context no longer counts.
func (e *evaluation) finish() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.over = true
	return e.verdict
}

func (e *evaluation) stdout() io.Writer { return orDiscard(e.env.Stdout) }
func (e *evaluation) stderr() io.Writer { return orDiscard(e.env.Stderr) }

func orDiscard(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

// outcome is how the main goroutine of an evaluation ended.
type outcome struct {
	results []reflect.Value
	err     error
}

// Run calls fn in a goroutine of its own and returns its results. The error is
// a *Panic, an *Exit or an *Interrupted. When the context ends while native code
// runs that does not watch it, Run returns and leaves that code to end alone.
func (m *Machine) Run(env *Env, fn *ssa.Function, args ...reflect.Value) ([]reflect.Value, error) {
	return m.start(env, func(t *thread) []reflect.Value { return t.callValues(m.lockedCode(fn), args) })
}

// Do calls native code as a cell would, so that an interrupt ends the methods of
// cells that it calls. After an error it may still run.
func (m *Machine) Do(env *Env, native func()) error {
	_, err := m.start(env, func(t *thread) []reflect.Value {
		t.leave(false)
		native()
		t.back()
		return nil
	})
	return err
}

// start runs f as the own goroutine of a new evaluation.
func (m *Machine) start(env *Env, f func(t *thread) []reflect.Value) ([]reflect.Value, error) {
	e := m.newEvaluation(env)
	if err := e.context().Err(); err != nil {
		return nil, &Interrupted{Cause: context.Cause(e.context())}
	}
	unwatch := context.AfterFunc(e.context(), func() {
		e.end(&Interrupted{Cause: context.Cause(e.context())})
	})
	defer unwatch()
	defer e.watch()()
	done := make(chan outcome, 1)
	t := m.newThread(e)
	e.main = t
	go t.main(f, done)
	return e.wait(done)
}

// wait returns the outcome; after an interrupt it is patient only with native
// code that knows the context.
func (e *evaluation) wait(done chan outcome) ([]reflect.Value, error) {
	select {
	case o := <-done:
		e.afterGoexit(o)
		return e.judge(o)
	case <-e.interrupted:
	}
	deadline := time.Now().Add(contextGrace)
	for {
		select {
		case o := <-done:
			return e.judge(o)
		case <-time.After(abandonAfter):
			state := e.inNative.Load()
			if state == 1 || time.Now().After(deadline) {
				return nil, e.finish()
			}
		}
	}
}

// afterGoexit waits for the other goroutines of a program whose main one called
// runtime.Goexit.
func (e *evaluation) afterGoexit(o outcome) {
	if p, ok := o.err.(*Panic); !ok || !p.Goexit || !e.m.opts.Strict {
		return
	}
	idle := make(chan struct{})
	go func() {
		e.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
	case <-e.interrupted:
	}
}

func (e *evaluation) judge(o outcome) ([]reflect.Value, error) {
	verdict := e.finish()
	if e.m.opts.Strict {
		e.interrupt() // the goroutines of a program end with it
	}
	if verdict == nil {
		return o.results, o.err
	}
	var at *Interrupted
	if p, ok := verdict.(*Panic); ok && p.Trace == nil && errors.As(o.err, &at) {
		p.Trace = at.Trace // ended from outside
	}
	var i *Interrupted
	if errors.As(verdict, &i) {
		if errors.As(o.err, &at) {
			i.Trace = at.Trace
		}
		if o.err == nil {
			return o.results, nil // done before the interrupt was seen
		}
	}
	return nil, verdict
}

// main runs f as the evaluation's own goroutine.
func (t *thread) main(f func(t *thread) []reflect.Value, done chan outcome) {
	running.Add(1)
	defer running.Add(-1)
	t.own()
	var o outcome
	normal := false
	defer func() {
		// Closures keep the evaluation; what the frames hold may go.
		t.pools, t.top = nil, nil
		t.child.Store(nil)
		done <- o
	}()
	defer func() {
		if !normal {
			o = outcome{err: &Panic{Goexit: true}} // should the text of the panic exit
			o.err = t.failure(t.ending(recover()))
		}
	}()
	o.results = f(t)
	normal = true
}

// failure turns what ended a goroutine into the error of its evaluation.
func (t *thread) failure(v any) error {
	trace := t.trace()
	a, ok := v.(*abort)
	switch {
	case v == nil:
		return &Panic{Goexit: true, Trace: trace}
	case !ok:
		return &Panic{Value: v, Trace: trace, text: t.panicText(v)}
	case a.exit != nil:
		a.exit.Trace = trace
		return a.exit
	case a.overflow:
		o := &Overflow{t.m.opts.MaxDepth}
		return &Panic{Value: o, Trace: trace, text: o.Error()}
	}
	return &Interrupted{Cause: context.Canceled, Trace: trace}
}

// panicText calls the Error or String method of a panic's value, which may be a
// cell's and do anything but end.
func (t *thread) panicText(v any) (text string) {
	t.base, t.top = 0, nil
	text = fmt.Sprintf("a %T (its text cannot be had)", v)
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string:
			text += ": " + p
		case runtime.Error:
			text += ": " + p.Error()
		}
		t.abort = nil
		if t.eval.main == t {
			t.eval.inNative.Store(0)
		}
	}()
	t.leave(false)
	return PanicText(v)
}

// fork returns the thread for another goroutine of the evaluation.
func (t *thread) fork() *thread { return t.m.newThread(t.eval) }

// spawn starts the goroutine of t, which runs f.
func (t *thread) spawn(f func()) {
	t.eval.running.Add(1)
	go t.background(f)
}

// native calls f in the goroutine of native code that knows no cell, as one that the
// evaluation started.
func (e *evaluation) native(f func()) {
	e.running.Add(1)
	e.m.newThread(e).background(f)
	setProfLabel(nil)
}

func (t *thread) background(f func()) {
	defer t.eval.running.Done()
	running.Add(1)
	defer running.Add(-1)
	t.own()
	normal := false
	defer func() {
		v := recover()
		if !normal {
			v = t.ending(v)
		}
		if normal || v == nil {
			return // ended, or runtime.Goexit
		}
		t.eval.goroutineFailed(t.failure(v))
	}()
	f()
	normal = true
}

// goroutineFailed reports the failure of a goroutine that the cell started: it
// ends the evaluation, or goes to Background if that is over.
func (e *evaluation) goroutineFailed(err error) {
	p, _ := err.(*Panic)
	if p != nil {
		p.Goroutine = true
	}
	if _, ok := err.(*Interrupted); ok || e.end(err) {
		return
	}
	if p != nil && e.env.Background != nil {
		e.env.Background(p)
	}
}
