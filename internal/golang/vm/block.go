package vm

// blockSize is the largest number of instructions in a block of a body.
const blockSize = 8

// block is what a body executes: a part of a basic block.
type block struct {
	code  [blockSize]instr // from first on
	end   ending           // nil: go on at next
	next  int32
	first int32
	base  int32 // index of code[0], had it an instruction, in body.pos
}

// basicBlock is a block of any length while its function is compiled.
type basicBlock struct {
	code []instr
	end  ending
	next int32
	base int32       // index of the first instruction in body.pos
	add  *operands   // of the last instruction, if that adds integers
	cmp  *comparison // of the end, if that compares integers
}

// pack cuts the basic blocks in blocks. Those after the first of a basic block come
// behind all others.
func (c *compiler) pack() {
	c.b.pos = c.pos
	c.b.blocks = make([]block, len(c.blocks))
	for i, bb := range c.blocks {
		for len(bb.code) > blockSize {
			c.b.blocks[i] = packed(bb.code[:blockSize], bb.base)
			bb.code, bb.base = bb.code[blockSize:], bb.base+blockSize
			next := len(c.b.blocks)
			c.b.blocks[i].next = int32(next)
			c.b.blocks = append(c.b.blocks, block{})
			i = next
		}
		c.b.blocks[i] = packed(bb.code, bb.base)
		c.b.blocks[i].end, c.b.blocks[i].next = bb.end, bb.next
	}
}

func packed(code []instr, base int32) block {
	first := blockSize - len(code)
	b := block{first: int32(first), base: base - int32(first)}
	copy(b.code[first:], code)
	return b
}
