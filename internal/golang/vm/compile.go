package vm

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// instr is a compiled instruction, which works on the frame fp.
type instr func(fp unsafe.Pointer)

// ending is the compiled end of a block: it returns the index of the next one,
// or a negative number to return.
type ending func(fp unsafe.Pointer) int32

// body is a compiled function.
type body struct {
	id              int32
	fn              *ssa.Function
	blocks          []block
	pos             []token.Pos
	frame           *rtype
	keep            int32          // frames that a thread keeps for later calls
	template        unsafe.Pointer // a frame with the constants in place
	params, results []slot
	free            []*slot // captured variables
	defers          bool
	recover         int32 // block that returns after a recovered panic, or -1
	wrapper         bool  // passes recover through to what it calls
}

// compiler compiles one function. Registers get their places first (plan), then
// every instruction becomes a closure over offsets (generate).
type compiler struct {
	m      *Machine
	fn     *ssa.Function
	b      *body
	lay    layout
	slots  map[ssa.Value]*slot
	tuples map[ssa.Value][]*slot
	locals map[*ssa.Alloc]*slot // storage of variables inside the frame
	temps  map[ssa.Instruction][]*slot
	consts map[constKey]*slot
	init   []func(template unsafe.Pointer)
	fused  map[ssa.Instruction]bool  // generated as part of another instruction
	pairs  map[*ssa.BinOp]*ssa.BinOp // to the fused operation that the left operand is
	code   []instr
	pos    []token.Pos
	at     token.Pos
	add    *operands
	cmp    *comparison
	blocks []basicBlock
	extra  []basicBlock // that hold the moves of an edge
}

type constKey struct {
	typ  *rtype
	text string
}

// compile makes the body of fn. The machine's lock is held.
func (m *Machine) compile(fn *ssa.Function) *body {
	b := &body{id: bodyID.Add(1), fn: fn, recover: -1}
	c := &compiler{
		m: m, fn: fn, b: b,
		slots: map[ssa.Value]*slot{}, tuples: map[ssa.Value][]*slot{},
		locals: map[*ssa.Alloc]*slot{}, temps: map[ssa.Instruction][]*slot{},
		consts: map[constKey]*slot{}, fused: map[ssa.Instruction]bool{}, pairs: map[*ssa.BinOp]*ssa.BinOp{},
	}
	if !m.hasBody(fn) {
		c.nativeBody()
		return b
	}
	c.plan()
	c.finishFrame()
	for i, p := range fn.Params {
		*c.slots[p] = b.params[i]
	}
	c.generate()
	return b
}

func (c *compiler) finishFrame() {
	c.b.frame = rtypeOf(c.lay.finish())
	c.b.template = unsafeNew(c.b.frame)
	c.b.keep = int32(max(16, poolBytes/c.b.frame.size))
	for _, f := range c.init {
		f(c.b.template)
	}
}

// nativeBody gives a function without a body one that calls the native function.
func (c *compiler) nativeBody() {
	t := c.m.funcType(c.fn)
	c.b.params, c.b.results = signatureSlots(slices.Collect(t.Ins()), slices.Collect(t.Outs()))
	c.lay.fixed = append(append([]slot{}, c.b.params...), c.b.results...)
	c.finishFrame()
	c.emit(c.nativeFunction(c.fn, places(c.b.params), places(c.b.results)))
	c.pos = append(c.pos, token.NoPos)
	c.blocks = []basicBlock{{code: c.code, next: -1}}
	c.pack()
}

func places(slots []slot) []*slot {
	list := make([]*slot, len(slots))
	for i := range slots {
		list[i] = &slots[i]
	}
	return list
}

func (c *compiler) typ(t types.Type) reflect.Type { return c.m.types.of(t) }

func (c *compiler) plan() {
	var params []reflect.Type
	for _, p := range c.fn.Params {
		params = append(params, c.typ(p.Type()))
		c.slots[p] = &slot{}
	}
	c.b.params, c.b.results = signatureSlots(params, c.m.types.list(c.fn.Signature.Results()))
	c.lay.fixed = append(append([]slot{}, c.b.params...), c.b.results...)
	for _, v := range c.fn.FreeVars {
		c.slots[v] = c.lay.add(c.typ(v.Type()))
		c.b.free = append(c.b.free, c.slots[v])
	}
	if c.fn.Recover != nil {
		c.b.recover = int32(c.fn.Recover.Index)
	}
	c.b.wrapper = isWrapper(c.fn)
	for _, bl := range c.fn.Blocks {
		for _, in := range bl.Instrs {
			c.planInstr(in)
		}
	}
	c.sharePhis()
	c.shareResults()
}

func (c *compiler) planInstr(in ssa.Instruction) {
	switch in := in.(type) {
	case *ssa.DebugRef, *ssa.Extract:
		return
	case *ssa.Defer:
		c.b.defers = c.b.defers || in.DeferStack == nil
	case *ssa.Call:
		if b, ok := in.Call.Value.(*ssa.Builtin); ok && b.Name() == "ssa:deferstack" {
			c.b.defers = true
		}
	case *ssa.Alloc:
		if madeArray(in) {
			return
		}
		c.planAlloc(in)
	case *ssa.BinOp:
		if in.Op == token.SHL || in.Op == token.SHR {
			c.temp(in, reflect.TypeFor[uint64]())
		}
	case *ssa.Phi:
		c.temp(in, c.typ(in.Type()))
	}
	if v, ok := in.(ssa.Value); ok {
		c.planValue(v)
	}
	for _, op := range in.Operands(nil) {
		c.planOperand(*op)
	}
}

func (c *compiler) temp(in ssa.Instruction, t reflect.Type) {
	c.temps[in] = append(c.temps[in], c.lay.add(t))
}

// maxLocal is the size of the largest variable kept inside a frame.
const maxLocal = 4096

func (c *compiler) planAlloc(a *ssa.Alloc) {
	t := c.typ(elemOf(a.Type()))
	if a.Heap || t.Size() > maxLocal || t.Size() == 0 {
		return
	}
	c.locals[a] = c.lay.add(t)
}

func elemOf(t types.Type) types.Type { return t.Underlying().(*types.Pointer).Elem() }

func (c *compiler) planValue(v ssa.Value) {
	if tuple, ok := v.Type().(*types.Tuple); ok {
		for t := range tuple.Variables() {
			c.tuples[v] = append(c.tuples[v], c.lay.add(c.tupleType(t.Type())))
		}
		return
	}
	if _, ok := v.(*ssa.Range); ok {
		c.slots[v] = c.lay.add(ptrType)
		return
	}
	c.slots[v] = c.lay.add(c.typ(v.Type()))
}

// tupleType is the type of a tuple's part; those of Next may be invalid.
func (c *compiler) tupleType(t types.Type) reflect.Type {
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.Invalid {
		return reflect.TypeFor[struct{}]()
	}
	return c.typ(t)
}

func (c *compiler) planOperand(v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Const:
		c.slots[v] = c.planConst(v)
	case *ssa.Global:
		if c.slots[v] == nil {
			p := c.m.globalAddr(v)
			c.slots[v] = c.lay.add(c.typ(v.Type()))
			c.fill(c.slots[v], func(s *slot, t unsafe.Pointer) { *at[unsafe.Pointer](t, s.off) = p })
		}
	case *ssa.Function:
		if c.slots[v] == nil {
			c.slots[v] = c.lay.add(c.m.funcType(v))
			c.fill(c.slots[v], func(s *slot, t unsafe.Pointer) { *at[unsafe.Pointer](t, s.off) = c.m.funcValue(v) })
		}
	}
}

func (c *compiler) fill(s *slot, f func(s *slot, template unsafe.Pointer)) {
	c.init = append(c.init, func(t unsafe.Pointer) { f(s, t) })
}

func (c *compiler) planConst(v *ssa.Const) *slot {
	t := c.typ(v.Type())
	key := constKey{rtypeOf(t), "zero"}
	if v.Value != nil {
		key.text = v.Value.ExactString()
	}
	if s, ok := c.consts[key]; ok {
		return s
	}
	s := c.lay.add(t)
	c.consts[key] = s
	if v.Value != nil {
		val := constValue(v, t)
		c.fill(s, func(s *slot, t unsafe.Pointer) { s.set(t, val) })
	}
	return s
}

// constValue returns the value of v as type t.
func constValue(v *ssa.Const, t reflect.Type) reflect.Value {
	r := reflect.New(t).Elem()
	switch k := t.Kind(); {
	case k == reflect.Bool:
		r.SetBool(constant.BoolVal(v.Value))
	case k == reflect.String:
		r.SetString(constString(v.Value))
	case r.CanInt():
		r.SetInt(v.Int64())
	case r.CanUint():
		r.SetUint(v.Uint64())
	case r.CanFloat():
		f, _ := constant.Float64Val(v.Value)
		if k == reflect.Float32 {
			f32, _ := constant.Float32Val(v.Value)
			f = float64(f32)
		}
		r.SetFloat(f)
	case r.CanComplex():
		r.SetComplex(v.Complex128())
	case k == reflect.UnsafePointer:
		p := uintptr(v.Uint64())
		*(*uintptr)(r.Addr().UnsafePointer()) = p
	}
	return r
}

func constString(v constant.Value) string {
	if v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	i, _ := constant.Int64Val(v)
	return string(rune(i))
}

// slot returns the register of v.
func (c *compiler) slot(v ssa.Value) *slot {
	if e, ok := v.(*ssa.Extract); ok {
		return c.tuples[e.Tuple][e.Index]
	}
	s := c.slots[v]
	if s == nil {
		panic(fmt.Sprintf("vm: no register for %s (%T) in %s", v.Name(), v, c.fn))
	}
	return s
}

func (c *compiler) emit(in instr) {
	if in != nil {
		c.add = nil
		c.code = append(c.code, in)
		c.pos = append(c.pos, c.at)
	}
}

func (c *compiler) generate() {
	c.findFusions()
	c.blocks = make([]basicBlock, len(c.fn.Blocks))
	for i, bl := range c.fn.Blocks {
		c.code, c.add, c.cmp = nil, nil, nil
		base := int32(len(c.pos))
		for _, in := range bl.Instrs[:max(0, len(bl.Instrs)-1)] {
			c.instruction(in)
		}
		end, next := c.end(bl)
		c.blocks[i] = basicBlock{c.code, end, next, base, c.add, c.cmp}
		c.pos = append(c.pos, c.at)
	}
	c.rotate()
	c.joinSteps()
	c.blocks = append(c.blocks, c.extra...)
	c.pack()
}

func (c *compiler) instruction(in ssa.Instruction) {
	if c.fused[in] {
		return
	}
	if p := position(in); p.IsValid() {
		c.at = p
	}
	c.emit(c.translate(in))
	if b, ok := in.(*ssa.BinOp); ok {
		c.add = c.addition(b)
	}
}

// end compiles the last instruction of bl.
func (c *compiler) end(bl *ssa.BasicBlock) (ending, int32) {
	if len(bl.Instrs) == 0 {
		return nil, -1
	}
	last := bl.Instrs[len(bl.Instrs)-1]
	if p := last.Pos(); p.IsValid() {
		c.at = p
	}
	switch in := last.(type) {
	case *ssa.Jump:
		for _, mv := range c.edgeMoves(bl, bl.Succs[0]) {
			c.emit(mv)
		}
		return nil, int32(bl.Succs[0].Index)
	case *ssa.If:
		return c.branch(in, c.edge(bl, 0), c.edge(bl, 1)), 0
	case *ssa.Return:
		for i, r := range in.Results {
			c.emit(copySlot(&c.b.results[i], c.slot(r)))
		}
		return nil, -1
	case *ssa.Panic:
		c.emit(c.panics(in))
		return nil, -1
	}
	c.instruction(last)
	return nil, -1
}

// edge returns the block to go to for successor i of bl: the successor, or an
// extra block that moves its phis and goes there.
func (c *compiler) edge(bl *ssa.BasicBlock, i int) int32 {
	to := bl.Succs[i]
	moves := c.edgeMoves(bl, to)
	if len(moves) == 0 {
		return int32(to.Index)
	}
	base := int32(len(c.pos))
	for range len(moves) + 1 {
		c.pos = append(c.pos, c.at)
	}
	// The moves' positions come after the block's own, which are not complete
	// yet: place the extra block's base past them by accounting here.
	c.extra = append(c.extra, basicBlock{code: moves, next: int32(to.Index), base: base})
	return int32(len(c.fn.Blocks) + len(c.extra) - 1)
}
