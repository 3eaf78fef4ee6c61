package vm

import (
	"fmt"
	"go/token"
	"go/types"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// translate compiles one instruction other than the end of a block. nil means
// that nothing is to be done at run time.
func (c *compiler) translate(in ssa.Instruction) instr {
	switch in := in.(type) {
	case *ssa.DebugRef, *ssa.Phi, *ssa.Extract:
		return nil
	case *ssa.Alloc:
		return c.alloc(in)
	case *ssa.UnOp:
		return c.unOp(in)
	case *ssa.BinOp:
		return c.binOp(in)
	case *ssa.Store:
		return c.storeInstr(in)
	case *ssa.FieldAddr:
		return c.fieldAddr(in)
	case *ssa.IndexAddr:
		return c.indexAddr(in)
	case *ssa.Field:
		return c.field(in)
	case *ssa.Index:
		return c.index(in)
	case *ssa.Slice:
		return c.sliceInstr(in)
	case *ssa.Call:
		return c.call(in)
	case *ssa.Go:
		return c.goInstr(in)
	case *ssa.Defer:
		return c.deferInstr(in)
	case *ssa.RunDefers:
		return runDefers
	}
	return c.translateMore(in)
}

func (c *compiler) translateMore(in ssa.Instruction) instr {
	switch in := in.(type) {
	case *ssa.ChangeType:
		return c.changeType(in.X, in)
	case *ssa.Convert:
		return c.convert(in.X, in)
	case *ssa.MultiConvert:
		return c.convert(in.X, in)
	case *ssa.ChangeInterface:
		return c.changeInterface(in.X, in)
	case *ssa.SliceToArrayPointer:
		return c.sliceToArray(in)
	case *ssa.MakeInterface:
		return c.makeInterface(in)
	case *ssa.TypeAssert:
		return c.typeAssert(in)
	case *ssa.MakeClosure:
		return c.makeClosure(in)
	case *ssa.MakeMap:
		return c.makeMap(in)
	case *ssa.MakeChan:
		return c.makeChan(in)
	case *ssa.MakeSlice:
		return c.makeSlice(in)
	case *ssa.MapUpdate:
		return c.mapUpdate(in)
	case *ssa.Lookup:
		return c.lookup(in)
	case *ssa.Range:
		return c.rangeInstr(in)
	case *ssa.Next:
		return c.next(in)
	case *ssa.Send:
		return c.send(in)
	case *ssa.Select:
		return c.selectInstr(in)
	}
	panic(fmt.Sprintf("vm: instruction %T of %s is not known", in, c.fn))
}

// local returns the place inside the frame that the address v denotes, if it is
// one that needs no computing.
func (c *compiler) local(v ssa.Value) (off uintptr, ok bool) {
	switch v := v.(type) {
	case *ssa.Alloc:
		s, ok := c.locals[v]
		if !ok {
			return 0, false
		}
		return s.off, true
	case *ssa.FieldAddr:
		base, ok := c.local(v.X)
		if !ok {
			return 0, false
		}
		return base + c.fieldOffset(elemOf(v.X.Type()), v.Field), true
	case *ssa.IndexAddr:
		return c.localElement(v)
	}
	return 0, false
}

func (c *compiler) localElement(v *ssa.IndexAddr) (off uintptr, ok bool) {
	index, isConst := v.Index.(*ssa.Const)
	base, isLocal := c.local(v.X)
	if !isConst || !isLocal {
		return 0, false
	}
	array := elemOf(v.X.Type()).Underlying().(*types.Array)
	i := index.Int64()
	if i < 0 || i >= array.Len() {
		return 0, false
	}
	return base + uintptr(i)*c.typ(array.Elem()).Size(), true
}

func (c *compiler) fieldOffset(t types.Type, i int) uintptr {
	return (*structRtype)(unsafe.Pointer(rtypeOf(c.typ(t)))).fields[i].offset
}

func nilDereference() { _ = *(*byte)(nilPointer) }

var nilPointer *byte

// load copies from memory to the register d: from *(pointer at src) + off.
func load(d *slot, src, off uintptr) instr {
	switch d.cls {
	case word:
		switch d.typ.size {
		case 1:
			return loadOf[uint8](d.off, src, off)
		case 2:
			return loadOf[uint16](d.off, src, off)
		case 4:
			return loadOf[uint32](d.off, src, off)
		}
		return loadOf[uint64](d.off, src, off)
	case pointer:
		return loadOf[unsafe.Pointer](d.off, src, off)
	case text:
		return loadOf[string](d.off, src, off)
	case list:
		return loadOf[[]byte](d.off, src, off)
	case face:
		return loadOf[any](d.off, src, off)
	case memory:
		return loadMemory(d, src, off)
	}
	return func(fp unsafe.Pointer) {
		if *at[unsafe.Pointer](fp, src) == nil {
			nilDereference()
		}
	}
}

//go:noinline
func loadOf[T any](dst, src, off uintptr) instr {
	if off == 0 {
		return func(fp unsafe.Pointer) { *at[T](fp, dst) = **at[*T](fp, src) }
	}
	if off < 4096 {
		return func(fp unsafe.Pointer) { *at[T](fp, dst) = *at[T](*at[unsafe.Pointer](fp, src), off) }
	}
	return func(fp unsafe.Pointer) {
		p := *at[unsafe.Pointer](fp, src)
		if p == nil {
			nilDereference()
		}
		*at[T](fp, dst) = *at[T](p, off)
	}
}

//go:noinline
func loadMemory(d *slot, src, off uintptr) instr {
	t, dst := d.typ, d.off
	return func(fp unsafe.Pointer) {
		p := *at[unsafe.Pointer](fp, src)
		if p == nil {
			nilDereference()
		}
		typedmemmove(t, unsafe.Add(fp, dst), unsafe.Add(p, off))
	}
}

// storeTo copies the register s to memory: to *(pointer at dst) + off.
func storeTo(s *slot, dst, off uintptr) instr {
	switch s.cls {
	case word:
		switch s.typ.size {
		case 1:
			return storeOf[uint8](s.off, dst, off)
		case 2:
			return storeOf[uint16](s.off, dst, off)
		case 4:
			return storeOf[uint32](s.off, dst, off)
		}
		return storeOf[uint64](s.off, dst, off)
	case pointer:
		return storeOf[unsafe.Pointer](s.off, dst, off)
	case text:
		return storeOf[string](s.off, dst, off)
	case list:
		return storeOf[[]byte](s.off, dst, off)
	case face:
		return storeOf[any](s.off, dst, off)
	case memory:
		return storeMemory(s, dst, off)
	}
	return load(s, dst, off)
}

//go:noinline
func storeOf[T any](src, dst, off uintptr) instr {
	if off == 0 {
		return func(fp unsafe.Pointer) { **at[*T](fp, dst) = *at[T](fp, src) }
	}
	if off < 4096 {
		return func(fp unsafe.Pointer) { *at[T](*at[unsafe.Pointer](fp, dst), off) = *at[T](fp, src) }
	}
	return func(fp unsafe.Pointer) {
		p := *at[unsafe.Pointer](fp, dst)
		if p == nil {
			nilDereference()
		}
		*at[T](p, off) = *at[T](fp, src)
	}
}

//go:noinline
func storeMemory(s *slot, dst, off uintptr) instr {
	t, src := s.typ, s.off
	return func(fp unsafe.Pointer) {
		p := *at[unsafe.Pointer](fp, dst)
		if p == nil {
			nilDereference()
		}
		typedmemmove(t, unsafe.Add(p, off), unsafe.Add(fp, src))
	}
}

// peek copies from a place inside the frame, of exact size, to a register; poke
// the other way.
func peek(d *slot, off uintptr) instr {
	if d.cls != word || d.typ.size == 8 {
		return copySlot(d, &slot{off: off, cls: d.cls, typ: d.typ})
	}
	return narrow(d.off, off, d.typ.size)
}

func poke(off uintptr, s *slot) instr {
	if s.cls != word || s.typ.size == 8 {
		return copySlot(&slot{off: off, cls: s.cls, typ: s.typ}, s)
	}
	return narrow(off, s.off, s.typ.size)
}

//go:noinline
func narrow(dst, src, size uintptr) instr {
	switch size {
	case 1:
		return func(fp unsafe.Pointer) { *at[uint8](fp, dst) = *at[uint8](fp, src) }
	case 2:
		return func(fp unsafe.Pointer) { *at[uint16](fp, dst) = *at[uint16](fp, src) }
	}
	return func(fp unsafe.Pointer) { *at[uint32](fp, dst) = *at[uint32](fp, src) }
}

func (c *compiler) storeInstr(in *ssa.Store) instr {
	val := c.slot(in.Val)
	if a, ok := in.Addr.(*ssa.FieldAddr); ok && isBlank(a) {
		return func(unsafe.Pointer) {}
	}
	if off, ok := c.local(in.Addr); ok {
		return poke(off, val)
	}
	if addr, ok := in.Addr.(ssa.Instruction); ok && c.fused[addr] {
		switch a := in.Addr.(type) {
		case *ssa.FieldAddr:
			return storeTo(val, c.slot(a.X).off, c.fieldOffset(elemOf(a.X.Type()), a.Field))
		case *ssa.IndexAddr:
			return c.storeElement(a, val)
		}
	}
	return storeTo(val, c.slot(in.Addr).off, 0)
}

// isBlank reports whether a is of a field named _, which a literal gives a value
// that is not kept.
func isBlank(a *ssa.FieldAddr) bool {
	return elemOf(a.X.Type()).Underlying().(*types.Struct).Field(a.Field).Name() == "_"
}

func (c *compiler) loadInstr(in *ssa.UnOp) instr {
	dst := c.slot(in)
	if off, ok := c.local(in.X); ok {
		return peek(dst, off)
	}
	if addr, ok := in.X.(ssa.Instruction); ok && c.fused[addr] {
		switch a := in.X.(type) {
		case *ssa.FieldAddr:
			return load(dst, c.slot(a.X).off, c.fieldOffset(elemOf(a.X.Type()), a.Field))
		case *ssa.IndexAddr:
			return c.loadElement(a, dst)
		}
	}
	do := load(dst, c.slot(in.X).off, 0)
	if c.endsLoop(in) {
		return c.endLoop(in, do)
	}
	return do
}

func (c *compiler) fieldAddr(in *ssa.FieldAddr) instr {
	dst := c.slot(in).off
	if off, ok := c.local(in); ok {
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, dst) = unsafe.Add(fp, off) }
	}
	src, off := c.slot(in.X).off, c.fieldOffset(elemOf(in.X.Type()), in.Field)
	return func(fp unsafe.Pointer) {
		p := *at[unsafe.Pointer](fp, src)
		if p == nil {
			nilDereference()
		}
		*at[unsafe.Pointer](fp, dst) = unsafe.Add(p, off)
	}
}

func (c *compiler) field(in *ssa.Field) instr {
	x := c.slot(in.X)
	return peek(c.slot(in), x.off+c.fieldOffset(in.X.Type(), in.Field))
}

// findFusions marks address computations whose only use is a load or store in
// the same block; they are generated with it. Local places need no code at all.
func (c *compiler) findFusions() {
	for _, bl := range c.fn.Blocks {
		for _, in := range bl.Instrs {
			switch in := in.(type) {
			case *ssa.FieldAddr:
				c.fused[in] = c.onlyAccess(in)
			case *ssa.IndexAddr:
				c.fused[in] = c.onlyAccess(in)
			case *ssa.BinOp:
				c.fused[in] = onlyCondition(in)
			}
		}
		c.findPairs(bl)
	}
}

func (c *compiler) onlyAccess(addr ssa.Value) bool {
	refs := *addr.Referrers()
	if len(refs) != 1 {
		return false
	}
	switch user := refs[0].(type) {
	case *ssa.UnOp:
		return user.Op == token.MUL && user.Block() == addr.(ssa.Instruction).Block()
	case *ssa.Store:
		return user.Addr == addr && user.Val != addr && user.Block() == addr.(ssa.Instruction).Block()
	}
	return false
}

// onlyCondition reports whether the comparison in only decides the end of its
// own block.
func onlyCondition(in *ssa.BinOp) bool {
	refs := *in.Referrers()
	if !isComparison(in.Op) || len(refs) != 1 {
		return false
	}
	_, ok := refs[0].(*ssa.If)
	return ok && refs[0].Block() == in.Block()
}
