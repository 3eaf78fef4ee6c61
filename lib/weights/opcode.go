package weights

import (
	"encoding/binary"
	"fmt"
	"math"
)

// opcodes is the instruction set, as documented in CPython's pickletools. It is
// filled in init because some entries lead back to the table.
var opcodes [256]func(*pickle) error

func init() {
	set := func(op byte, run func(*pickle) error) { opcodes[op] = run }
	set(0x80, func(p *pickle) error { _, err := p.byte(); return err })          // PROTO
	set(0x95, func(p *pickle) error { _, err := p.uint(8); return err })         // FRAME: a hint about buffering
	set('.', func(p *pickle) error { p.done = true; p.marks = nil; return nil }) // STOP
	set('(', func(p *pickle) error { p.marks = append(p.marks, len(p.stack)); p.made++; return nil })
	set('0', func(p *pickle) error { _, err := p.pop(); return err })
	set('1', func(p *pickle) error { _, err := p.popMark(); return err })
	set('2', func(p *pickle) error {
		v, err := p.top()
		if err != nil {
			return err
		}
		return p.push(v)
	})
	scalars(set)
	containers(set)
	memory(set)
	objects(set)
}

// value makes an opcode that pushes what read returns.
func value(read func(*pickle) (any, error)) func(*pickle) error {
	return func(p *pickle) error {
		v, err := read(p)
		if err != nil {
			return err
		}
		return p.push(v)
	}
}

func constant(v any) func(*pickle) error { return func(p *pickle) error { return p.push(v) } }

func unsigned(size uint64) func(*pickle) error {
	return value(func(p *pickle) (any, error) {
		n, err := p.uint(size)
		return int64(n), err
	})
}

func text(size uint64) func(*pickle) error {
	return value(func(p *pickle) (any, error) {
		b, err := p.counted(size)
		return string(b), err
	})
}

func raw(size uint64) func(*pickle) error {
	return value(func(p *pickle) (any, error) { return p.counted(size) })
}

func longOf(size uint64) func(*pickle) error {
	return value(func(p *pickle) (any, error) {
		b, err := p.counted(size)
		if err != nil {
			return nil, err
		}
		return long(b)
	})
}

func scalars(set func(byte, func(*pickle) error)) {
	set('N', constant(nil))
	set(0x88, constant(true))
	set(0x89, constant(false))
	set('K', unsigned(1))
	set('M', unsigned(2))
	set('J', value(func(p *pickle) (any, error) {
		n, err := p.uint(4)
		return int64(int32(n)), err
	}))
	set(0x8a, longOf(1))
	set(0x8b, longOf(4))
	set('G', value(func(p *pickle) (any, error) {
		b, err := p.bytes(8)
		if err != nil {
			return nil, err
		}
		return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
	}))
	for op, size := range map[byte]uint64{'X': 4, 0x8c: 1, 0x8d: 8, 'T': 4, 'U': 1} {
		set(op, text(size)) // Python 2 strings (T, U) are names here, so text as well
	}
	for op, size := range map[byte]uint64{'B': 4, 'C': 1, 0x8e: 8, 0x96: 8} {
		set(op, raw(size))
	}
}

func containers(set func(byte, func(*pickle) error)) {
	set('}', func(p *pickle) error { return p.push(newDict()) })
	set(']', func(p *pickle) error { return p.push(&list{}) })
	set(0x8f, func(p *pickle) error { return p.push(&list{}) }) // a set: order does not matter here
	set(')', func(p *pickle) error { return p.push(tuple{}) })
	fromMark := value(func(p *pickle) (any, error) { return p.popMark() })
	set('t', fromMark)
	set(0x91, fromMark)
	for i, op := range []byte{0x85, 0x86, 0x87} {
		set(op, value(func(p *pickle) (any, error) { return p.popN(i + 1) }))
	}
	set('a', func(p *pickle) error {
		items, err := p.popN(1)
		if err != nil {
			return err
		}
		return p.extend(items)
	})
	extend := func(p *pickle) error {
		items, err := p.popMark()
		if err != nil {
			return err
		}
		return p.extend(items)
	}
	set('e', extend)
	set(0x90, extend)
	set('s', func(p *pickle) error {
		pair, err := p.popN(2)
		if err != nil {
			return err
		}
		return p.put(pair)
	})
	set('u', func(p *pickle) error {
		pairs, err := p.popMark()
		if err != nil {
			return err
		}
		return p.put(pairs)
	})
}

// extend appends items to the list on top of the stack.
func (p *pickle) extend(items tuple) error {
	v, err := p.top()
	if err != nil {
		return err
	}
	to, ok := v.(*list)
	if !ok {
		return fmt.Errorf("%w: append to %T", errPickle, v)
	}
	to.items = append(to.items, items...)
	return nil
}

// put stores pairs of key and value in the dict on top of the stack.
func (p *pickle) put(pairs tuple) error {
	v, err := p.top()
	if err != nil {
		return err
	}
	to, ok := v.(*dict)
	if !ok || len(pairs)%2 != 0 {
		return fmt.Errorf("%w: set item of %T", errPickle, v)
	}
	for i := 0; i < len(pairs); i += 2 {
		to.set(pairs[i], pairs[i+1])
	}
	return nil
}

func memory(set func(byte, func(*pickle) error)) {
	store := func(p *pickle, key uint64) error {
		v, err := p.top()
		if err != nil {
			return err
		}
		p.memo[key] = v
		return nil
	}
	for op, size := range map[byte]uint64{'q': 1, 'r': 4} {
		set(op, func(p *pickle) error {
			key, err := p.uint(size)
			if err != nil {
				return err
			}
			return store(p, key)
		})
	}
	set(0x94, func(p *pickle) error { return store(p, uint64(len(p.memo))) })
	for op, size := range map[byte]uint64{'h': 1, 'j': 4} {
		set(op, value(func(p *pickle) (any, error) {
			key, err := p.uint(size)
			if err != nil {
				return nil, err
			}
			v, ok := p.memo[key]
			if !ok {
				return nil, fmt.Errorf("%w: memo %d is empty", errPickle, key)
			}
			return v, nil
		}))
	}
}

func objects(set func(byte, func(*pickle) error)) {
	set('c', value(func(p *pickle) (any, error) {
		module, err := p.line()
		if err != nil {
			return nil, err
		}
		name, err := p.line()
		if err != nil {
			return nil, err
		}
		return global(module + "." + name)
	}))
	set(0x93, value(func(p *pickle) (any, error) {
		pair, err := p.popN(2)
		if err != nil {
			return nil, err
		}
		module, _ := pair[0].(string)
		name, _ := pair[1].(string)
		return global(module + "." + name)
	}))
	call := value(func(p *pickle) (any, error) {
		pair, err := p.popN(2)
		if err != nil {
			return nil, err
		}
		return callClass(pair[0], pair[1])
	})
	set('R', call)
	set(0x81, call) // NEWOBJ: for the classes known here the same as a call
	set('b', (*pickle).build)
	set('Q', value(func(p *pickle) (any, error) {
		id, err := p.pop()
		if err != nil {
			return nil, err
		}
		return p.persist(id)
	}))
}

// build sets an object's state. Dicts get attributes this way (_metadata), and
// nothing here reads those.
func (p *pickle) build() error {
	state, err := p.pop()
	if err != nil {
		return err
	}
	v, err := p.top()
	if err != nil {
		return err
	}
	if o, ok := v.(*object); ok {
		o.state = state
	}
	return nil
}
