package kernel

import (
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"graft/kernel/wire"
)

// garbler makes messages that are wrong in every way that a seed finds.
type garbler struct {
	*rand.Rand
	key *wire.Key
}

// kindsSent are the types of garbled messages; a shutdown that is understood would
// end the test.
var kindsSent = slices.Concat(slices.Sorted(maps.Keys(handlers)), []string{"input_reply", "made_up_request", "", "execute_reply", "status"})

// fieldsSent are the fields of all contents, and none of ours.
var fieldsSent = []string{
	"code", "silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error", "cursor_pos", "detail_level", "hist_access_type",
	"session", "start", "stop", "n", "pattern", "unique", "output", "raw", "restart", "comm_id", "target_name", "data", "value", "status", "unknown",
}

// value is any JSON, now and then of the right type.
func (g garbler) value(depth int) any {
	list := []any{
		nil, true, -1, 0, 3.5, 1e308, 9007199254740993, "", "x", "1 + 1", "x := )", ":help", "fmt.Println?", "\x00\xff", "tail", "range", "search",
		"strings.ToUpp", "🚀 é.", []any{}, map[string]any{}, json.RawMessage("1" + "000000000000000000000000000000"),
	}
	n := g.IntN(len(list) + 2)
	if n < len(list) || depth == 0 {
		return list[n%len(list)]
	}
	if n == len(list) {
		return []any{g.value(depth - 1), g.value(depth - 1)}
	}
	return map[string]any{g.field(): g.value(depth - 1), g.field(): g.value(depth - 1)}
}

func (g garbler) field() string { return fieldsSent[g.IntN(len(fieldsSent))] }

func (g garbler) content(kind string) any {
	if kind != "shutdown_request" && g.IntN(20) == 0 {
		return g.value(2)
	}
	c := map[string]any{"restart": "as text, so that nothing ends"}
	for range g.IntN(6) {
		c[g.field()] = g.value(3)
	}
	if kind == "shutdown_request" {
		c["restart"] = "as text"
	}
	return c
}

// message is garbled in its JSON, in its frames, or hardly at all.
func (g garbler) message() [][]byte {
	kind := kindsSent[g.IntN(len(kindsSent))]
	m := wire.Message{Header: wire.NewHeader(kind, "garbled", "u"), Content: g.content(kind), Parent: json.RawMessage(`{"msg_id":"p"}`)}
	if g.IntN(4) == 0 {
		m.Meta, m.Parent = g.value(2), nil
	}
	frames, err := g.key.Encode(m)
	if err != nil {
		panic(err) // the garbler itself is wrong
	}
	switch g.IntN(8) {
	case 0:
		return g.frames(frames)
	case 1: // the header, or what stands in its place, under a good signature
		h := map[string]any{"msg_id": wire.NewID(), "msg_type": kind, "session": "s", "date": "d"}
		for _, f := range []string{"msg_id", "msg_type", "session", "date", "version", "username"} {
			if g.IntN(3) == 0 {
				h[f] = g.value(2)
			}
		}
		if kind == "shutdown_request" {
			return frames
		}
		frames[2], _ = json.Marshal(h)
		return g.signed(frames)
	case 2: // JSON that is none
		i := 2 + g.IntN(4)
		frames[i] = frames[i][:g.IntN(len(frames[i]))]
		return g.signed(frames)
	}
	return frames
}

func (g garbler) signed(frames [][]byte) [][]byte {
	frames[1] = g.key.Sign(frames[2:6]...)
	return frames
}

// frames drops, doubles, cuts, flips and swaps frames.
func (g garbler) frames(frames [][]byte) [][]byte {
	i, j := g.IntN(len(frames)), g.IntN(len(frames))
	switch g.IntN(6) {
	case 0:
		return slices.Delete(frames, i, i+1)
	case 1:
		return slices.Insert(frames, i, frames[j])
	case 2:
		return frames[:i]
	case 3:
		frames[i] = slices.Clone(frames[i])
		for range 1 + g.IntN(3) {
			if len(frames[i]) > 0 {
				frames[i][g.IntN(len(frames[i]))] ^= byte(1 << g.IntN(8))
			}
		}
	case 4:
		frames[i], frames[j] = frames[j], frames[i]
	case 5:
		return [][]byte{{}}
	}
	if len(frames) == 0 {
		return [][]byte{{}}
	}
	return frames
}

// TestFrames sends garbled messages to all channels; the kernel must answer
// afterwards as if nothing had been. With tag soak, 200,000 of them.
func TestFrames(t *testing.T) {
	const seed = 1
	l := start(t, local(t))
	g := garbler{rand.New(rand.NewPCG(seed, 0)), wire.NewKey(l.conn.Key)}
	channels := []*zconn{l.shell, l.shell, l.shell, l.control, l.stdin}
	go io.Copy(io.Discard, l.iopub.Conn) // until the test ends
	for i := range garbled {
		if frames := g.message(); len(frames) > 0 {
			channels[g.IntN(len(channels))].send(frames...)
		}
		if i%500 == 499 {
			id := l.say(l.control, "kernel_info_request", nil)
			l.reply(l.control, id)
			if a := l.ask("is_complete_request", map[string]any{"code": "1"}); a.fields["status"] != "complete" {
				t.Fatalf("after %d messages of seed %d: %v\n%s", i, seed, a, l.log)
			}
		}
	}
	l.iopub = dial(t, l.conn, l.conn.IOPub, "SUB", "")
	l.heard()
	l.alive()
}
