package vm

import (
	"slices"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

// edgeMoves returns the moves that give the phis of to their values when control
// comes from bl. They act as if all at once: a register that another move still
// reads is saved first.
func (c *compiler) edgeMoves(bl, to *ssa.BasicBlock) []instr {
	pred := -1
	for i, p := range to.Preds {
		if p == bl {
			pred = i
		}
	}
	var dst, src []*slot
	var temps []*slot
	for _, in := range to.Instrs {
		phi, ok := in.(*ssa.Phi)
		if !ok {
			break
		}
		d, s := c.slot(phi), c.slot(phi.Edges[pred])
		if d == s || d.cls == nothing {
			continue
		}
		dst, src, temps = append(dst, d), append(src, s), append(temps, c.temps[phi][0])
	}
	return parallel(dst, src, temps)
}

func parallel(dst, src, temps []*slot) []instr {
	var before, moves []instr
	for i, d := range dst {
		for j := i + 1; j < len(src); j++ {
			if src[j] == d { // d is overwritten before move j reads it
				before = append(before, copySlot(temps[j], src[j]))
				src[j] = temps[j]
			}
		}
		moves = append(moves, copySlot(d, src[i]))
	}
	return append(before, moves...)
}

// copySlot returns the move of a register to another in the same frame.
func copySlot(d, s *slot) instr {
	dst, src := d.off, s.off
	switch d.cls {
	case word:
		return func(fp unsafe.Pointer) { *at[uint64](fp, dst) = *at[uint64](fp, src) }
	case pointer:
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, dst) = *at[unsafe.Pointer](fp, src) }
	case text:
		return func(fp unsafe.Pointer) { *at[string](fp, dst) = *at[string](fp, src) }
	case list:
		return func(fp unsafe.Pointer) { *at[[]byte](fp, dst) = *at[[]byte](fp, src) }
	case face:
		return func(fp unsafe.Pointer) { *at[any](fp, dst) = *at[any](fp, src) }
	case memory:
		t := d.typ
		return func(fp unsafe.Pointer) { typedmemmove(t, unsafe.Add(fp, dst), unsafe.Add(fp, src)) }
	}
	return nil
}

// sharePhis lets a value that only feeds a phi use the phi's register, which
// saves the move of a loop variable. It is safe if nothing reads the phi between
// the computation of the value and the phi's next turn.
func (c *compiler) sharePhis() {
	for _, bl := range c.fn.Blocks {
		for _, in := range bl.Instrs {
			phi, ok := in.(*ssa.Phi)
			if !ok {
				break
			}
			if v := step(phi); v != nil {
				c.slots[v] = c.slots[phi]
				continue // v lives in the register all round the loop
			}
			for i, e := range phi.Edges {
				if v, ok := e.(*ssa.BinOp); ok && c.canShare(phi, v, bl.Preds[i]) {
					c.slots[v] = c.slots[phi]
				}
			}
		}
	}
}

// step returns the next value of phi if phi's own block computes it and nothing
// else reads phi, as in a range loop.
func step(phi *ssa.Phi) *ssa.BinOp {
	readers := *phi.Referrers()
	if len(readers) != 1 {
		return nil
	}
	v, ok := readers[0].(*ssa.BinOp)
	if !ok || v.Block() != phi.Block() || !slices.Contains(phi.Edges, ssa.Value(v)) {
		return nil
	}
	return v
}

func (c *compiler) canShare(phi *ssa.Phi, v *ssa.BinOp, pred *ssa.BasicBlock) bool {
	if v.Block() != pred || len(pred.Succs) != 1 || len(*v.Referrers()) != 1 || c.slots[phi].cls == nothing {
		return false
	}
	after := false
	readers := map[ssa.Instruction]bool{}
	for _, r := range *phi.Referrers() {
		readers[r] = true
		if ix, ok := r.(*ssa.IndexAddr); ok { // may be generated with its load or store
			for _, user := range *ix.Referrers() {
				readers[user] = true
			}
		}
	}
	for _, in := range pred.Instrs {
		if after && readers[in] {
			return false
		}
		after = after || in == ssa.Instruction(v)
	}
	for _, in := range phi.Block().Instrs { // another phi takes this one's old value
		if other, ok := in.(*ssa.Phi); ok && readers[other] {
			return false
		}
	}
	return true
}

// shareResults lets a value that is only returned be computed in the place of
// the result.
func (c *compiler) shareResults() {
	if c.b.defers {
		return
	}
	for _, bl := range c.fn.Blocks {
		ret, ok := bl.Instrs[len(bl.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for i, v := range ret.Results {
			if in, ok := v.(ssa.Instruction); ok && onlyReturned(v, in, ret) {
				c.slots[v] = &c.b.results[i]
			}
		}
	}
}

func onlyReturned(v ssa.Value, in ssa.Instruction, ret *ssa.Return) bool {
	switch v.(type) {
	case *ssa.BinOp, *ssa.Call:
		return in.Block() == ret.Block() && len(*v.Referrers()) == 1
	}
	return false
}

// maxHead is the number of instructions in the head of a loop that rotate copies.
const maxHead = 4

// rotate copies the head of a loop, its condition and the little code before that,
// to the end of the blocks that jump to it. The condition goes to the body then,
// which makes one block less a round.
func (c *compiler) rotate() {
	n := len(c.fn.Blocks)
	for i := range c.blocks {
		b := &c.blocks[i]
		if b.end != nil || b.next < 0 || int(b.next) >= n {
			continue
		}
		if head := c.blocks[b.next]; head.end != nil && len(head.code) <= maxHead {
			c.join(b, head)
		}
	}
}

// join makes b go on with what the block head does. Positions are by instruction,
// so that b gets new ones.
func (c *compiler) join(b *basicBlock, head basicBlock) {
	base := int32(len(c.pos))
	c.pos = append(c.pos, c.pos[b.base:int(b.base)+len(b.code)]...)
	c.pos = append(c.pos, c.pos[head.base:int(head.base)+len(head.code)+1]...)
	b.code = append(b.code[:len(b.code):len(b.code)], head.code...)
	b.base, b.end, b.cmp = base, head.end, head.cmp
	if len(head.code) > 0 {
		b.add = head.add
	}
}
