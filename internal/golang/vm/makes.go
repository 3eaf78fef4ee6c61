package vm

import (
	"go/types"
	"reflect"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func (c *compiler) alloc(a *ssa.Alloc) instr {
	if madeArray(a) {
		return nil
	}
	t := rtypeOf(c.typ(elemOf(a.Type())))
	dst := c.slot(a).off
	storage, ok := c.locals[a]
	if !ok {
		if q := c.m.quota; int64(t.size) > q.free {
			return func(fp unsafe.Pointer) {
				q.check(1, int64(t.size))
				*at[unsafe.Pointer](fp, dst) = unsafeNew(t)
			}
		}
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, dst) = unsafeNew(t) }
	}
	off := storage.off
	if storage.cls == word {
		return func(fp unsafe.Pointer) {
			*at[uint64](fp, off) = 0
			*at[unsafe.Pointer](fp, dst) = unsafe.Add(fp, off)
		}
	}
	return func(fp unsafe.Pointer) {
		typedmemclr(t, unsafe.Add(fp, off))
		*at[unsafe.Pointer](fp, dst) = unsafe.Add(fp, off)
	}
}

func (c *compiler) makeSlice(in *ssa.MakeSlice) instr {
	return c.sliceMaker(in, indexer(c.slot(in.Len)), indexer(c.slot(in.Cap)))
}

// madeArray reports whether v is the array that SSA slices for a make with a
// constant capacity. It gets no type and no register: [1<<62]int has none.
func madeArray(v ssa.Value) bool {
	a, ok := v.(*ssa.Alloc)
	return ok && a.Comment == "makeslice"
}

// makeConst compiles such a slice as the make that it stands for.
func (c *compiler) makeConst(in *ssa.Slice) instr {
	n := int(elemOf(in.X.Type()).(*types.Array).Len())
	return c.sliceMaker(in, indexer(c.slot(in.High)), func(unsafe.Pointer) int { return n })
}

func (c *compiler) sliceMaker(in ssa.Value, length, capacity func(unsafe.Pointer) int) instr {
	dst := c.slot(in).off
	elem := c.typ(in.Type()).Elem()
	et, size, q := rtypeOf(elem), int64(elem.Size()), c.m.quota
	return func(fp unsafe.Pointer) {
		n, cp := length(fp), capacity(fp)
		q.checkMake(n, cp, size)
		*at[sliceHeader](fp, dst) = sliceHeader{unsafeNewArray(et, cp), n, cp}
	}
}

// most is the number of bytes that the runtime takes for possible.
const most = 1 << 48

// checkMake panics with the runtime's own errors for lengths that no slice has.
func (q *quota) checkMake(n, cp int, size int64) {
	if n < 0 || size > 0 && int64(n) > most/size {
		_ = make([]uint16, impossible(n))
	}
	if cp < n || size > 0 && int64(cp) > most/size {
		_ = make([]uint16, 0, impossible(cp))
	}
	q.check(cp, size)
}

//go:noinline
func impossible(int) int { return -1 }

func (c *compiler) makeMap(in *ssa.MakeMap) instr {
	dst, t := c.slot(in).off, c.typ(in.Type())
	if in.Reserve == nil {
		return func(fp unsafe.Pointer) { *at[unsafe.Pointer](fp, dst) = reflect.MakeMap(t).UnsafePointer() }
	}
	n := indexer(c.slot(in.Reserve))
	return func(fp unsafe.Pointer) {
		hint := min(max(n(fp), 0), 1<<20)
		*at[unsafe.Pointer](fp, dst) = reflect.MakeMapWithSize(t, hint).UnsafePointer()
	}
}

func (c *compiler) mapUpdate(in *ssa.MapUpdate) instr {
	return onMap(c.slot(in.Map).off, true, c.assign(in))
}

func (c *compiler) assign(in *ssa.MapUpdate) instr {
	t := rtypeOf(c.typ(in.Map.Type()))
	m, k, v := c.slot(in.Map).off, c.slot(in.Key).off, c.slot(in.Value)
	et, off := v.typ, v.off
	if v.cls == nothing {
		return func(fp unsafe.Pointer) { mapassign(t, *at[unsafe.Pointer](fp, m), unsafe.Add(fp, k)) }
	}
	if v.cls == word && et.size == 8 {
		return func(fp unsafe.Pointer) {
			*(*uint64)(mapassign(t, *at[unsafe.Pointer](fp, m), unsafe.Add(fp, k))) = *at[uint64](fp, off)
		}
	}
	return func(fp unsafe.Pointer) {
		p := mapassign(t, *at[unsafe.Pointer](fp, m), unsafe.Add(fp, k))
		typedmemmove(et, p, unsafe.Add(fp, off))
	}
}

func (c *compiler) lookup(in *ssa.Lookup) instr {
	t := rtypeOf(c.typ(in.X.Type()))
	m, k := c.slot(in.X).off, c.slot(in.Index).off
	var val, ok *slot
	if in.CommaOk {
		val, ok = c.tuples[in][0], c.tuples[in][1]
	} else {
		val = c.slot(in)
	}
	return onMap(m, false, func(fp unsafe.Pointer) {
		p, found := mapaccess2(t, *at[unsafe.Pointer](fp, m), unsafe.Add(fp, k))
		if ok != nil {
			*at[bool](fp, ok.off) = found
		}
		if found {
			put(fp, val, p)
		} else {
			clearSlot(fp, val)
		}
	})
}

// iterator is the state of a range over a map or a string.
type iterator struct {
	maps *reflect.MapIter
	m    unsafe.Pointer // the map
	s    string
	pos  int
}

func (c *compiler) rangeInstr(in *ssa.Range) instr {
	dst, x := c.slot(in).off, c.slot(in.X)
	if x.cls == text {
		return func(fp unsafe.Pointer) {
			*at[*iterator](fp, dst) = &iterator{s: *at[string](fp, x.off)}
		}
	}
	return func(fp unsafe.Pointer) {
		m := valueAt(x.typ, unsafe.Pointer(&[]unsafe.Pointer{*at[unsafe.Pointer](fp, x.off)}[0]))
		*at[*iterator](fp, dst) = &iterator{maps: m.MapRange(), m: m.UnsafePointer()}
	}
}

func (c *compiler) next(in *ssa.Next) instr {
	it, parts := c.slot(in.Iter).off, c.tuples[in]
	if in.IsString {
		return func(fp unsafe.Pointer) { nextRune(fp, *at[*iterator](fp, it), parts) }
	}
	key := c.slot(in.Iter.(*ssa.Range).X).typ
	kt, vt := typeOfRtype(key).Key(), typeOfRtype(key).Elem()
	do := func(fp unsafe.Pointer) {
		i := (*at[*iterator](fp, it)).maps
		ok := i.Next()
		*at[bool](fp, parts[0].off) = ok
		if !ok {
			return
		}
		if parts[1].cls != nothing {
			valueAt(rtypeOf(kt), unsafe.Add(fp, parts[1].off)).SetIterKey(i)
		}
		if parts[2].cls != nothing {
			valueAt(rtypeOf(vt), unsafe.Add(fp, parts[2].off)).SetIterValue(i)
		}
	}
	return func(fp unsafe.Pointer) {
		if running.Load() < 2 {
			do(fp)
			return
		}
		guardMap(fp, uintptr((*at[*iterator](fp, it)).m), false, do)
	}
}

func nextRune(fp unsafe.Pointer, it *iterator, parts []*slot) {
	ok := it.pos < len(it.s)
	*at[bool](fp, parts[0].off) = ok
	if !ok {
		return
	}
	r, n := utf8.DecodeRuneInString(it.s[it.pos:])
	if parts[1].cls != nothing {
		*at[int](fp, parts[1].off) = it.pos
	}
	if parts[2].cls != nothing {
		*at[rune](fp, parts[2].off) = r
	}
	it.pos += n
}
