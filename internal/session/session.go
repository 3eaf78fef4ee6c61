// Package session is the engine that the front ends share: it runs cells one
// after the other in an interpreter, hands what they say to the front end as
// events, keeps the history and answers questions about names. It knows no
// socket, no screen and no file format, as opposed to its users kernel, repl and
// internal/batch.
//
//	s := session.New(session.Options{})
//	defer s.Close()
//	res := s.Execute(ctx, session.Request{Code: "1 + 1"}, func(e event.Event) {
//		if r, ok := e.(event.Result); ok {
//			fmt.Println(r.Bundle.Data["text/plain"]) // 2
//		}
//	})
package session

import (
	"context"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"

	"graft/internal/golang"
	"graft/internal/session/event"
	"graft/internal/session/gonbhost"
	"graft/internal/session/history"
	"graft/lib/hub"
)

// Options are the settings of a session. The zero value is useful.
type Options struct {
	// History is the file of the history; empty means the one that all sessions
	// of this user share, "-" keeps it in memory.
	History string
	// Limit is how many bytes of text one cell may print; 0 means
	// [event.DefaultLimit], below 0 no limit.
	Limit int
	// Drain, if set, is called when a cell has ended and before its result is
	// delivered; text of native code that is still in a pipe arrives in it.
	Drain func()
	// Tree is graft's own source tree, for help on its names and on those of the
	// modules it is built from (name??); nil leaves their source out.
	Tree fs.FS
	// GoNB shows what cells and their child programs say through gonbui, which
	// then believe that they run under GoNB.
	GoNB bool

	start func() (interp, error) // in tests, instead of the real interpreter
}

// interp is what a session needs of an interpreter.
type interp interface {
	Eval(env *golang.Env, cell golang.Cell) (golang.Result, error)
	Do(env *golang.Env, native func()) error
	IsComplete(src string) (golang.Status, string)
	Complete(src string, cursor int) (list []golang.Completion, start, end int)
	Inspect(src string, cursor, level int) (golang.Doc, bool)
	Signature(src string, cursor int) (golang.Call, bool)
	RunProgram(env *golang.Env, file string, args []string) (exit int, err error)
	Vars() []golang.Var
}

// Session runs cells. Its methods are safe for concurrent use; executions wait
// for each other.
type Session struct {
	opts Options
	past func() *history.Store // opened on first use

	opened atomic.Bool // past was called
	gonb   atomic.Bool // gonbui has a host

	turn sync.Mutex // held by the execution that runs

	mu      sync.Mutex
	engine  *starting
	count   int // of stored cells so far
	hidden  int // of cells that are not stored
	running *execution
	last    *event.Output // of the execution that ran last

	record *record
}

// starting is an interpreter that may still be on its way.
type starting struct {
	done chan struct{}
	in   interp
	err  error
}

// New returns a session at once; its interpreter starts in the background.
func New(opts Options) *Session {
	if opts.start == nil {
		opts.start = func() (interp, error) {
			return golang.New(golang.Options{Imports: imports(), Source: sources(opts.Tree)})
		}
	}
	s := &Session{opts: opts, engine: begin(opts.start), record: newRecord(recorded)}
	s.past = sync.OnceValue(s.openHistory)
	return s
}

// imports are the packages that every cell may use without importing them.
func imports() map[string]string { return map[string]string{"graft": "graft/lib"} }

func begin(start func() (interp, error)) *starting {
	st := &starting{done: make(chan struct{})}
	go func() {
		defer close(st.done)
		st.in, st.err = start()
	}()
	return st
}

// interp waits for the interpreter.
func (s *Session) interp() (interp, error) {
	s.mu.Lock()
	st := s.engine
	s.mu.Unlock()
	<-st.done
	return st.in, st.err
}

// Reset forgets all names of the session. Goroutines of earlier cells go on.
func (s *Session) Reset() error {
	s.mu.Lock()
	s.engine = begin(s.opts.start)
	s.mu.Unlock()
	_, err := s.interp()
	return err
}

// Count is the number that the next stored cell gets, from 1.
func (s *Session) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count + 1
}

// Interrupt ends the running cell, and the child programs that it started; with
// none running it does nothing. It returns at once.
func (s *Session) Interrupt() {
	s.mu.Lock()
	x := s.running
	s.mu.Unlock()
	if x != nil {
		x.interrupt()
	}
}

// Native takes text that native code wrote to the process's own stdout or stderr
// and gives it to the running cell, or to the last one. Of silent cells there is
// nothing to see: beside them, the last cell before gets it.
func (s *Session) Native(stream string, text []byte) {
	if out := s.output(); out != nil {
		_, _ = out.Stream(stream).Write(text)
	}
}

// Close interrupts what runs and ends the session in the history.
func (s *Session) Close() error {
	s.Interrupt()
	if s.gonb.Load() {
		gonbhost.Close()
	}
	if !s.opened.Load() {
		return nil
	}
	return s.past().Close()
}

func (s *Session) openHistory() *history.Store {
	path := s.opts.History
	switch path {
	case "":
		path = filepath.Join(hub.CacheDir(), "history", "history.sqlite")
	case "-":
		path = ""
	}
	s.opened.Store(true)
	store, err := history.Open(path)
	if err != nil {
		panic("session: no history even in memory: " + err.Error())
	}
	return store
}

// background is the context of work that no caller's context bounds.
func background(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}
