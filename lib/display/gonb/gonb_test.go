//go:build unix

package gonb

import (
	"bytes"
	"context"
	"encoding/gob"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"
	"github.com/stretchr/testify/require"
	"graft/lib/display"
)

// TestMain is also the cell that GoNB runs.
func TestMain(m *testing.M) {
	if os.Getenv("GONB_TEST_CELL") == "" {
		os.Exit(m.Run())
	}
	live := display.NewLive(display.From(context.Background()))
	live.Update(bundle("step 1"))
	live.Update(bundle("step 2"))
	Show(curve("shown"))
}

// curve is something to look at.
type curve string

func (c curve) Display() display.Bundle { return bundle(string(c)) }

func bundle(text string) display.Bundle {
	b := display.Plain(text)
	b.Data[display.PNG], b.Data[display.Terminal], b.Data[display.Widget] = []byte{1}, "blocks", struct{}{}
	b.Metadata = map[string]any{display.LineKey: "a line", "width": 3, "deep": map[string]any{}}
	return b
}

func TestMessageHoldsWhatGobEncodes(t *testing.T) {
	b := bundle("x")
	b.ID = "fit"
	m := message(b)
	require.Equal(t, map[protocol.MIMEType]any{display.Text: "x", display.PNG: []byte{1}}, m.Data)
	require.Equal(t, map[string]any{"width": 3}, m.Metadata)
	require.True(t, strings.HasSuffix(m.DisplayID, "-fit"))
	require.Equal(t, "a line", b.Metadata[display.LineKey], "the bundle is the caller's")
	require.NoError(t, gob.NewEncoder(io.Discard).Encode(m))
	require.Empty(t, message(display.Plain("x")).DisplayID)
}

func TestWithoutGoNBItPrints(t *testing.T) {
	require.IsType(t, display.Lines(io.Discard), display.From(context.Background()))
}

// TestInACell is a cell under a kernel that does what GoNB does.
func TestInACell(t *testing.T) {
	out, answers := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "back")
	require.NoError(t, syscall.Mkfifo(out, 0o600))
	require.NoError(t, syscall.Mkfifo(answers, 0o600))
	cell := exec.Command(os.Args[0])
	cell.Env = append(os.Environ(), "GONB_TEST_CELL=1", protocol.GONB_PIPE_ENV+"="+out, protocol.GONB_PIPE_BACK_ENV+"="+answers)
	var printed bytes.Buffer
	cell.Stdout, cell.Stderr = &printed, &printed
	require.NoError(t, cell.Start())
	in, err := os.Open(out)
	require.NoError(t, err)
	back, err := os.OpenFile(answers, os.O_WRONLY, 0)
	require.NoError(t, err)
	var ids, texts []string
	dec, enc := gob.NewDecoder(in), gob.NewEncoder(back)
	for {
		var m protocol.DisplayData
		if err := dec.Decode(&m); err != nil {
			break
		}
		if v, ok := m.Data[protocol.MIMECommValue].(protocol.CommValue); ok {
			require.NoError(t, enc.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: v.Value}))
			continue
		}
		ids, texts = append(ids, m.DisplayID), append(texts, m.Data[display.Text].(string))
	}
	require.NoError(t, cell.Wait())
	require.Empty(t, printed.String())
	require.Equal(t, []string{"step 1", "step 2", "shown"}, texts)
	require.Equal(t, ids[0], ids[1])
	require.NotEmpty(t, ids[0])
	require.Empty(t, ids[2])
}
