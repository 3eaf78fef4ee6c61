package vm

import (
	"go/types"
	"reflect"
	"unsafe"

	"golang.org/x/tools/go/ssa"
)

func (c *compiler) makeChan(in *ssa.MakeChan) instr {
	dst := c.slot(in).off
	n := indexer(c.slot(in.Size))
	elem := c.typ(in.Type().Underlying().(*types.Chan).Elem())
	both := reflect.ChanOf(reflect.BothDir, elem)
	size, q := int64(elem.Size()), c.m.quota
	return func(fp unsafe.Pointer) {
		k := n(fp)
		if k < 0 || size > 0 && int64(k) > most/size {
			_ = make(chan int, impossible(k))
		}
		q.check(k, size)
		*at[unsafe.Pointer](fp, dst) = reflect.MakeChan(both, k).UnsafePointer()
	}
}

// bidirectional returns the register as a two-way channel: reflection refuses
// operations that the checker has already allowed on the direction.
func bidirectional(s *slot) func(fp unsafe.Pointer) reflect.Value {
	t := rtypeOf(reflect.ChanOf(reflect.BothDir, typeOfRtype(s.typ).Elem()))
	off := s.off
	return func(fp unsafe.Pointer) reflect.Value {
		// A copy: the register may change while the operation blocks.
		p := *at[unsafe.Pointer](fp, off)
		return valueAt(t, unsafe.Pointer(&[1]unsafe.Pointer{p}))
	}
}

// block waits in a select that an interrupt of the evaluation ends too.
func (t *thread) block(cases []reflect.SelectCase) (int, reflect.Value, bool) {
	t.poll()
	cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(t.wake())})
	i, v, ok := reflect.Select(cases)
	if i == len(cases)-1 {
		t.poll()
	}
	return i, v, ok
}

// wake returns the channel that is closed when the thread is to unwind. While it
// unwinds already, its deferred calls get until the end of the grace.
func (t *thread) wake() chan struct{} {
	if t.stop == &t.eval.stop {
		return t.eval.interrupted
	}
	return t.eval.killed
}

func (c *compiler) send(in *ssa.Send) instr {
	ch, x := bidirectional(c.slot(in.Chan)), c.slot(in.X)
	return func(fp unsafe.Pointer) {
		v := ch(fp)
		if !v.IsNil() && v.TrySend(x.value(fp)) {
			return
		}
		(*header)(fp).t.block([]reflect.SelectCase{{Dir: reflect.SelectSend, Chan: v, Send: x.value(fp)}})
	}
}

func (c *compiler) receive(in *ssa.UnOp) instr {
	ch := bidirectional(c.slot(in.X))
	var val, got *slot
	if in.CommaOk {
		val, got = c.tuples[in][0], c.tuples[in][1]
	} else {
		val = c.slot(in)
	}
	return func(fp unsafe.Pointer) {
		c := ch(fp)
		var v reflect.Value
		var ok bool
		if !c.IsNil() {
			v, ok = c.TryRecv()
		}
		if !v.IsValid() {
			_, v, ok = (*header)(fp).t.block([]reflect.SelectCase{{Dir: reflect.SelectRecv, Chan: c}})
		}
		val.set(fp, v)
		if got != nil {
			*at[bool](fp, got.off) = ok
		}
	}
}

func (c *compiler) selectInstr(in *ssa.Select) instr {
	parts := c.tuples[in]
	type state struct {
		ch   func(unsafe.Pointer) reflect.Value
		send *slot
		recv *slot
	}
	var states []state
	received := 2
	for _, s := range in.States {
		st := state{ch: bidirectional(c.slot(s.Chan))}
		if s.Dir == types.SendOnly {
			st.send = c.slot(s.Send)
		} else {
			st.recv = parts[received]
			received++
		}
		states = append(states, st)
	}
	blocking := in.Blocking
	return func(fp unsafe.Pointer) {
		cases := make([]reflect.SelectCase, len(states), len(states)+1)
		for i, s := range states {
			cases[i] = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: s.ch(fp)}
			if s.send != nil {
				cases[i].Dir, cases[i].Send = reflect.SelectSend, s.send.value(fp)
			}
		}
		i, v, ok := (*header)(fp).t.choose(cases, blocking)
		*at[int](fp, parts[0].off) = i
		*at[bool](fp, parts[1].off) = ok
		for j, s := range states {
			if s.recv == nil {
				continue
			}
			if i == j {
				s.recv.set(fp, v)
			} else {
				clearSlot(fp, s.recv)
			}
		}
	}
}

func (t *thread) choose(cases []reflect.SelectCase, blocking bool) (int, reflect.Value, bool) {
	if blocking {
		return t.block(cases)
	}
	i, v, ok := reflect.Select(append(cases, reflect.SelectCase{Dir: reflect.SelectDefault}))
	if i == len(cases) {
		i = -1
	}
	return i, v, ok
}
