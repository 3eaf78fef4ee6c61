package vm

import (
	"go/ast"
	"go/token"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// The states that package ssa gives a loop over a function, in a variable of the
// function that holds the loop. A positive one is the number of the statement that
// left the loop.
const (
	loopBusy = -1 // its body runs, or has panicked
	loopDone = -2 // the iterator has returned
)

// The panics that package ssa puts into such loops, by their texts: in the body
// when it may not run, and behind the call of the iterator.
const (
	bodyAgain  = "yield function called after range loop exit"
	panicTaken = "iterator call did not preserve panic"
)

func (c *compiler) panics(in *ssa.Panic) instr {
	switch c.constantText(in) {
	case bodyAgain:
		if loop, ok := c.fn.Syntax().(*ast.RangeStmt); ok {
			c.at = loop.For
		}
		if state := loopState(in); state != nil {
			off := c.slot(state).off
			return func(fp unsafe.Pointer) { continued(*at[int](fp, off)) }
		}
		return func(unsafe.Pointer) { continued(0) }
	case panicTaken:
		if state := loopState(in); state != nil {
			c.atCall(state.Block())
		}
		return func(unsafe.Pointer) { recoveredPanic() }
	}
	return panicValue(c.slot(in.X))
}

// atCall makes the next instruction stand where the last call of bl does.
func (c *compiler) atCall(bl *ssa.BasicBlock) {
	for _, in := range bl.Instrs {
		if call, ok := in.(*ssa.Call); ok && position(call).IsValid() {
			c.at = position(call)
		}
	}
}

// position returns the place of an instruction in the source: for the call of a
// loop's iterator, which has none, that of the iterator.
func position(in ssa.Instruction) token.Pos {
	call, ok := in.(*ssa.Call)
	if !ok || call.Pos().IsValid() || len(call.Call.Args) != 1 {
		return in.Pos()
	}
	if body, ok := call.Call.Args[0].(*ssa.MakeClosure); ok {
		if loop, ok := body.Fn.(*ssa.Function).Syntax().(*ast.RangeStmt); ok {
			return loop.X.Pos()
		}
	}
	return token.NoPos
}

// loopState returns the load of a loop's state that decides on the panic in.
func loopState(in *ssa.Panic) *ssa.UnOp {
	if len(in.Block().Preds) != 1 {
		return nil
	}
	before := in.Block().Preds[0].Instrs
	if end, ok := before[len(before)-1].(*ssa.If); ok {
		if cond, ok := end.Cond.(*ssa.BinOp); ok {
			state, _ := cond.X.(*ssa.UnOp)
			return state
		}
	}
	return nil
}

// endLoop makes a loop's state, read by load behind the call of the iterator, say
// that the iterator has returned, however the loop was left. The value that was
// read still says that.
func (c *compiler) endLoop(in *ssa.UnOp, load instr) instr {
	state, value := c.slot(in.X).off, c.slot(in).off
	return func(fp unsafe.Pointer) {
		load(fp)
		if *at[int](fp, value) != loopBusy {
			**at[*int](fp, state) = loopDone
		}
	}
}

// endsLoop reports whether in is the load for endLoop.
func (c *compiler) endsLoop(in *ssa.UnOp) bool {
	if in.Op != token.MUL || in.Pos().IsValid() {
		return false
	}
	end, ok := in.Block().Instrs[len(in.Block().Instrs)-1].(*ssa.If)
	if !ok {
		return false
	}
	to := in.Block().Succs[0]
	p, ok := to.Instrs[len(to.Instrs)-1].(*ssa.Panic)
	return ok && end.Cond != nil && c.constantText(p) == panicTaken && loopState(p) == in
}

// continued panics as the body of a loop does that is called in a state in which it
// may not run. The errors are the runtime's own.
func continued(state int) {
	switch {
	case state == loopDone:
		var body func() bool
		for range func(yield func() bool) { body = yield } {
		}
		body()
	case state == loopBusy:
		for range func(yield func() bool) { swallow(yield); yield() } {
			panic("")
		}
	}
	for range func(yield func() bool) { yield(); yield() } {
		break
	}
}

// recoveredPanic panics as a loop does whose iterator recovered from a panic of the
// body.
func recoveredPanic() {
	for range func(yield func() bool) { swallow(yield) } {
		panic("")
	}
}

func swallow(yield func() bool) {
	defer func() { _ = recover() }()
	yield()
}
