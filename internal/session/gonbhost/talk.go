package gonbhost

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/janpfeifer/gonb/gonbui/protocol"
	"graft/internal/session/event"
	"graft/lib/display"
)

// current returns the output of the running cell, nil if none ran yet.
var current atomic.Pointer[func() *event.Output]

// known are the displays that were shown, for all programs: gonbui updates one by
// naming it again.
var known sync.Map

// talk turns what comes from in into events until it ends.
func talk(in io.Reader, answers io.Writer) {
	s, enc := newStream(in), gob.NewEncoder(answers)
	lost := false // one complaint a program
	for {
		var data protocol.DisplayData
		fresh, err := s.next(&data)
		if fresh {
			enc, lost = gob.NewEncoder(answers), false
		}
		out := (*current.Load())()
		if err == nil && out != nil {
			take(out, data, enc)
		}
		if err != nil && !errors.Is(err, io.EOF) && out != nil && !lost {
			lost = true
			fmt.Fprintf(out.Stream(event.Stderr), "graft: what a program showed through gonbui is lost: %v\n", err)
		}
		if errors.Is(err, errFraming) {
			_, _ = io.Copy(io.Discard, s.in) // where the next message begins, nobody knows
			return
		}
		if errors.Is(err, io.EOF) {
			return
		}
	}
}

// take deals with one message.
func take(out *event.Output, data protocol.DisplayData, enc *gob.Encoder) {
	switch special := first(data).(type) {
	case protocol.CommValue:
		if special.Address != protocol.GonbuiSyncAddress {
			refuse(out)
			return
		}
		out.Flush()
		_ = enc.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: special.Value})
	case protocol.CommSubscription:
		refuse(out)
	case protocol.InputRequest:
		// The cell asks for a line as soon as it reads one.
		_, _ = io.WriteString(out.Stream(event.Stdout), special.Prompt)
	default:
		show(out, data)
	}
}

// first is the message to the kernel, if data is one.
func first(data protocol.DisplayData) any {
	for _, key := range []protocol.MIMEType{protocol.MIMECommValue, protocol.MIMECommSubscribe, protocol.MIMEJupyterInput} {
		if v, ok := data.Data[key]; ok {
			return v
		}
	}
	return nil
}

// refused says once in each output that widgets do not work.
var refused atomic.Pointer[event.Output]

func refuse(out *event.Output) {
	if refused.Swap(out) != out {
		fmt.Fprintln(out.Stream(event.Stderr), "graft: gonbui's widgets work under GoNB only (use graft/lib/display/control)")
	}
}

// show displays a bundle, or updates the display of its ID. No update is dropped:
// some of them are scripts.
func show(out *event.Output, data protocol.DisplayData) {
	b := display.Bundle{Data: map[string]any{}, Metadata: data.Metadata, ID: data.DisplayID}
	for mime, v := range data.Data {
		b.Data[string(mime)] = v
	}
	if b.ID != "" {
		if _, again := known.LoadOrStore(b.ID, true); again {
			out.Put(event.Update{Bundle: b})
			return
		}
	}
	out.Show(b)
}
