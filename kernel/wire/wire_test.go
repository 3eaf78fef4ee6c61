package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func frames(t testing.TB, k *Key) [][]byte {
	t.Helper()
	f, err := k.Encode(Message{
		Peers:  [][]byte{[]byte("peer")},
		Header: NewHeader("execute_request", "s", "u"), Parent: json.RawMessage(`{"msg_id":"p"}`),
		Content: map[string]any{"code": "1 < 2"}, Buffers: [][]byte{{0, 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRoundTrip(t *testing.T) {
	for _, secret := range []string{"", "secret"} {
		k := NewKey(secret)
		f := frames(t, k)
		m, err := k.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		var req ExecuteRequest
		if err := m.Read(&req); err != nil || req.Code != "1 < 2" || !Defaulted(req.StopOnError, true) {
			t.Errorf("content: %+v, %v", req, err)
		}
		if string(m.Peers[0]) != "peer" || m.ParentID() != "p" || !bytes.Equal(m.Buffers[0], []byte{0, 1}) || m.Header.Time().IsZero() {
			t.Errorf("message: %+v", m)
		}
		if secret == "" && len(f[2]) != 0 {
			t.Errorf("signature without a key: %q", f[2])
		}
	}
}

func TestRefused(t *testing.T) {
	good := frames(t, NewKey("k"))
	change := func(i int, b string) [][]byte {
		f := append([][]byte{}, good...)
		f[i] = []byte(b)
		return f
	}
	for name, c := range map[string]struct {
		frames [][]byte
		want   error
	}{
		"nothing":       {nil, ErrFraming},
		"no delimiter":  {change(1, "x"), ErrFraming},
		"short":         {good[:6], ErrFraming},
		"no signature":  {change(2, ""), ErrSignature},
		"bad signature": {change(2, "00"), ErrSignature},
		"other content": {change(6, "{}"), ErrSignature},
	} {
		if _, err := NewKey("k").Decode(c.frames); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for i, b := range map[int]string{3: "[]", 4: "", 5: "nul", 6: "{"} {
		if _, err := NewKey("").Decode(change(i, b)); err == nil {
			t.Errorf("frame %d = %q was accepted", i, b)
		}
	}
	if _, err := NewKey("").Decode(change(3, `{"msg_id":"x"}`)); err == nil {
		t.Error("a header without a type was accepted")
	}
}

func TestReplayIsRefused(t *testing.T) {
	k := NewKey("k")
	f := frames(t, NewKey("k"))
	if _, err := k.Decode(f); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Decode(f); !errors.Is(err, ErrReplay) {
		t.Errorf("second time: %v", err)
	}
	for i := range remembered + 5 {
		k.remember(string(rune(i)) + "x")
	}
	if len(k.seen) > remembered {
		t.Errorf("%d signatures kept", len(k.seen))
	}
}

func TestCursor(t *testing.T) {
	code := "é🚀x"
	at := func(n int) *int { return &n }
	for _, c := range []struct {
		pos    *int
		offset int
		unit   Unit
	}{
		{nil, 7, CodePoints}, {at(0), 0, CodePoints}, {at(1), 2, CodePoints}, {at(2), 6, CodePoints},
		{at(3), 7, CodePoints}, {at(4), 7, UTF16}, {at(99), 7, UTF16}, {at(-5), 0, CodePoints},
	} {
		var us Units
		if got, unit := us.Cursor("a", code, c.pos); got != c.offset || unit != c.unit {
			t.Errorf("position %v: offset %d unit %d, want %d %d", c.pos, got, unit, c.offset, c.unit)
		}
	}
	if a, b := Position(code, 6, CodePoints), Position(code, 6, UTF16); a != 2 || b != 3 {
		t.Errorf("positions %d, %d", a, b)
	}
}

// Behind an emoji, before the end of the code: the position alone says nothing.
func TestCursorOfEitherUnit(t *testing.T) {
	const code = `"🚀"; strings.ToUpp; name := 1`
	end := strings.Index(code, "ToUpp") + len("ToUpp")
	points, wide := Position(code, end, CodePoints), Position(code, end, UTF16)
	var us Units
	for _, pos := range []int{points, wide} { // the words tell them apart
		if got, _ := us.Cursor("new", code, &pos); got != end {
			t.Errorf("position %d: offset %d, want %d", pos, got, end)
		}
	}
	// A client that has shown what it counts is taken at its word.
	middle, last := strings.Index(code, "ngs"), Position(code, len(code), UTF16)
	pair := 2 // as UTF-16, within the emoji
	us.Cursor("wide", code, &last)
	us.Cursor("points", code, &pair)
	for client, u := range map[string]Unit{"wide": UTF16, "points": CodePoints} {
		pos := Position(code, middle, u)
		if got, unit := us.Cursor(client, code, &pos); got != middle || unit != u {
			t.Errorf("%s: offset %d unit %d, want %d %d", client, got, unit, middle, u)
		}
	}
}

// FuzzDecode: whatever arrives, Decode returns, and what it accepts it can send.
func FuzzDecode(f *testing.F) {
	for _, secret := range []string{"", "k"} {
		f.Add(secret, bytes.Join(frames(f, NewKey(secret)), []byte{'|', '|'}))
	}
	f.Add("", []byte(`<IDS|MSG>||||{}||{}||{}||{}`))
	f.Add("", []byte(`<IDS|MSG>||||{"msg_id":"a","msg_type":"b"}||{"msg_id":3}||{}||{"code":null}`))
	f.Add("k", []byte{})
	f.Fuzz(func(t *testing.T, secret string, text []byte) {
		m, err := NewKey(secret).Decode(bytes.Split(text, []byte{'|', '|'}))
		if err != nil {
			return
		}
		_ = m.ParentID()
		var req CursorRequest
		if m.Read(&req) == nil {
			var us Units
			if off, _ := us.Cursor("c", req.Code, req.CursorPos); off < 0 || off > len(req.Code) {
				t.Fatalf("offset %d of %q", off, req.Code)
			}
		}
		if _, err := NewKey(secret).Encode(m); err != nil {
			t.Fatalf("cannot send what was received: %v", err)
		}
	})
}
