package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"graft/internal/golang"
	"graft/internal/golang/vm"
	"graft/internal/session/command"
	"graft/internal/session/event"
	"graft/internal/session/show"
	"graft/lib/device"
	"graft/lib/display"
)

// Request is one cell to run.
type Request struct {
	Code string
	// Silent delivers no events and stores nothing.
	Silent bool
	// Store counts the cell and records it in the history.
	Store bool
	// Ask lets the cell read lines through [event.Input]. Without it, and
	// without Stdin, reading from standard input fails.
	Ask bool
	// Stdin is what the cell reads instead.
	Stdin io.Reader
	// Lines delivers every update of a live display that has a line for plain
	// output, however fast they come.
	Lines bool
	// Name is the cell's name in positions; empty means "cell[n]".
	Name string
	// Set changes a setting of the front end for a command such as :theme, or tells
	// it if value is empty. Nil means that the front end has none.
	Set func(ctx context.Context, name, value string) (now string, err error)
	// Began, if not nil, is called with the cell's number before anything of it runs.
	// From then on [Session.Interrupt] ends it.
	Began func(count int)
}

// Outcome is how a cell ended.
type Outcome struct {
	// Count is the cell's number; for a cell that is not stored, the number that
	// the next stored one gets.
	Count int
	// Err is nil or the reason of the failure: a [*golang.Error] if the cell was
	// Go. The handler has seen it as [event.Error].
	Err error
	// Error is Err as it was delivered.
	Error   *event.Error
	Elapsed time.Duration
}

// errInterrupted is the cause of an interrupt by the user.
var errInterrupted = errors.New("interrupted")

// execution is one cell on its way. It is the host of the cell's commands.
type execution struct {
	s      *Session
	req    Request
	out    *event.Output
	ctx    context.Context
	cancel context.CancelCauseFunc
	count  int
	name   string
	line   int // of the cell or file, from 0, on which the Go that runs begins
	entry  *entry
	inFile bool // a file is being loaded: what its cells give is shown
	family family
}

// Execute runs a cell and delivers its events to h, all of them before it
// returns, except those of goroutines that the cell leaves behind. Executions
// wait for each other, in no particular order.
func (s *Session) Execute(ctx context.Context, req Request, h event.Handler) Outcome {
	s.turn.Lock()
	defer s.turn.Unlock()
	start := time.Now()
	x := s.begin(background(ctx), req, h)
	if req.Began != nil {
		req.Began(x.count)
	}
	err := x.cell()
	res := Outcome{Count: x.count, Err: err, Error: x.end(err)}
	device.Idle()
	res.Elapsed = time.Since(start)
	return res
}

func (s *Session) begin(ctx context.Context, req Request, h event.Handler) *execution {
	if req.Silent {
		req.Store = false
		h = func(event.Event) {}
	}
	x := &execution{s: s, req: req, family: relatives()}
	if req.Store && strings.TrimSpace(req.Code) != "" {
		x.entry, h = s.record.begin(req.Code, h)
	}
	x.out = event.NewOutput(h, s.opts.Limit)
	x.out.EveryLine = req.Lines
	ctx, x.cancel = context.WithCancelCause(ctx)
	x.ctx = display.WithSink(ctx, x.out)
	s.mu.Lock()
	defer s.mu.Unlock()
	x.count = s.count + 1
	x.name = fmt.Sprintf("cell[%d]", x.count)
	if req.Store {
		s.count++
	} else {
		s.hidden++
		x.name = fmt.Sprintf("hidden[%d]", s.hidden)
	}
	if req.Name != "" {
		x.name = req.Name
	}
	s.running = x
	if !req.Silent {
		s.last = x.out
	}
	return x
}

// cell runs commands and Go, whatever the code holds.
func (x *execution) cell() error {
	if x.req.Store && strings.TrimSpace(x.req.Code) != "" {
		x.remember()
	}
	if name, level, ok := question(x.req.Code); ok {
		return x.inspect(name, level)
	}
	return x.Run(x.ctx, x.req.Code)
}

// remember puts the cell into the history. A history that cannot be written does not
// keep a cell from running; what is lost is said once.
func (x *execution) remember() {
	_ = x.s.past().Append(x.count, x.req.Code)
	if trouble := x.s.past().Trouble(); trouble != nil {
		fmt.Fprintln(x.out.Stream(event.Stderr), "note: "+trouble.Error())
	}
}

// end delivers the failure, if there is one, and lets the next cell run. The
// context stays alive on success: goroutines of the cell go on.
func (x *execution) end(err error) *event.Error {
	x.s.drain()
	var told *event.Error
	if err != nil {
		told = describe(err)
		x.out.Put(*told)
	}
	x.out.Finish()
	if x.entry != nil {
		x.s.record.end(x.entry, x.count)
	}
	x.s.mu.Lock()
	x.s.running = nil
	x.s.mu.Unlock()
	return told
}

// interrupt ends the cell's Go code through its context and its child programs
// by signals.
func (x *execution) interrupt() {
	x.cancel(errInterrupted)
	x.family.interrupt()
}

// Run runs source, which may begin with command lines; it is part of
// [command.Host].
func (x *execution) Run(ctx context.Context, source string) error {
	line := x.line
	defer func() { x.line = line }()
	for {
		call, rest, ok := command.Parse(source)
		if !ok {
			break
		}
		if rest == "" { // the command may run Go that stands behind it
			x.line += leading(source)
		}
		if err := command.Run(ctx, x, call); err != nil {
			return err
		}
		x.line += strings.Count(source, "\n") - strings.Count(rest, "\n")
		source = rest
	}
	if strings.TrimSpace(source) == "" {
		return nil
	}
	return x.eval(strings.Repeat("\n", x.line) + source)
}

// leading counts the empty lines that source begins with.
func leading(source string) int {
	return strings.Count(source[:len(source)-len(strings.TrimLeft(source, " \t\r\n"))], "\n")
}

func (x *execution) eval(source string) error {
	in, err := x.s.interp()
	if err != nil {
		return err
	}
	x.hostGoNB(source)
	res, err := in.Eval(x.env(), golang.Cell{Name: x.name, Source: source})
	for _, note := range res.Notes {
		fmt.Fprintln(x.out.Stream(event.Stderr), "note: "+note)
	}
	if err == nil && context.Cause(x.ctx) == errInterrupted {
		// Its last call gave way, and the cell did not look further.
		err = &golang.Error{Kind: golang.Interrupt, Message: errInterrupted.Error(), Cause: errInterrupted}
	}
	if err != nil || !res.Show || len(res.Values) == 0 {
		return err
	}
	var b display.Bundle
	if err := in.Do(x.env(), func() { b = show.Values(res.Values) }); err != nil {
		return err
	}
	if x.inFile {
		x.s.drain()
		x.out.Show(b)
		return nil
	}
	x.result(b)
	return nil
}

func (x *execution) result(b display.Bundle) {
	x.s.drain()
	if text, ok := b.Data[display.Text].(string); ok && x.req.Store {
		_ = x.s.past().SetOutput(x.count, text)
	}
	x.out.Put(event.Result{Count: x.count, Bundle: b})
}

func (x *execution) env() *golang.Env {
	return &golang.Env{
		Context: x.ctx,
		Stdout:  x.out.Stream(event.Stdout),
		Stderr:  x.out.Stream(event.Stderr),
		Stdin:   x.stdin(),
		Background: func(p *vm.Panic) {
			fmt.Fprintf(x.out.Stream(event.Stderr), "panic in a goroutine of %s: %s\n", x.name, x.latePanic(p))
		},
	}
}

// latePanic describes the panic of a goroutine whose cell has ended, with its place
// if the interpreter can tell.
func (x *execution) latePanic(p *vm.Panic) string {
	in, _ := x.s.interp()
	if teller, ok := in.(interface{ PanicError(*vm.Panic) *golang.Error }); ok {
		return teller.PanicError(p).Pretty()
	}
	return p.Error()
}

// describe turns any failure of a cell into an event.
func describe(err error) *event.Error {
	var g *golang.Error
	if !errors.As(err, &g) {
		return &event.Error{Name: "Error", Value: err.Error(), Traceback: []string{err.Error()}}
	}
	return &event.Error{Name: g.Kind.String(), Value: g.Error(), Traceback: strings.Split(g.Pretty(), "\n")}
}
