package command

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"graft/lib/device"
	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/train/checkpoint"
)

// secret matches names whose values are nobody's business: a notebook is shared.
// credentials are those within an address.
var (
	secret      = regexp.MustCompile(`(?i)token|secret|passw|passphrase|credential|(^|_)(key|pass)($|_)|_pwd$|apikey`)
	credentials = regexp.MustCompile(`://[^/\s:@]*:[^/\s@]*@`)
)

// shown is the value of a variable as a notebook may have it.
func shown(name, value string) string {
	if secret.MatchString(name) && value != "" {
		return "•••"
	}
	return credentials.ReplaceAllString(value, "://•••@")
}

// environment shows variables of the environment or sets one.
func environment(_ context.Context, h Host, args string) error {
	name, value, set := strings.Cut(args, "=")
	if name, value = strings.TrimSpace(name), strings.TrimSpace(value); set {
		if name == "" || strings.ContainsAny(name, " \t") {
			return fmt.Errorf("command: :env %q is no name of a variable (:env NAME=VALUE)", name)
		}
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("command: :env %s: %w", name, err)
		}
		return nil
	}
	t := plot.Table{Columns: []string{"name", "value"}}
	all := os.Environ()
	slices.Sort(all)
	for _, pair := range all {
		key, text, _ := strings.Cut(pair, "=")
		if !strings.Contains(strings.ToLower(key), strings.ToLower(name)) {
			continue
		}
		t.Rows = append(t.Rows, []string{key, shown(key, text)})
	}
	if len(t.Rows) == 1 {
		h.Show(display.Plain(t.Rows[0][0] + "=" + t.Rows[0][1]))
		return nil
	}
	if len(t.Rows) == 0 {
		h.Show(display.Plain("no variable is called " + name + " (:env " + name + "=VALUE sets it)"))
		return nil
	}
	h.Show(t.Display())
	return nil
}

func runShell(ctx context.Context, h Host, line string) error {
	if line == "" {
		return errors.New("command: ! without a line for the shell (!ls)")
	}
	return h.Shell(ctx, line)
}

// showDevice opens the backend, as a fit would, and describes it.
func showDevice(ctx context.Context, h Host, _ string) error {
	d, err := device.Open(ctx)
	if err != nil {
		return err
	}
	t := plot.Table{Columns: []string{"device", d.String()}}
	add := func(name, value string) {
		if value != "" {
			t.Rows = append(t.Rows, []string{name, value})
		}
	}
	add("backend", string(d.Kind))
	add("plugin", d.Plugin.Path)
	add("from", d.Plugin.From)
	add("loaded in", spell(d.Load))
	if d.Kept != nil {
		add("compiled programs", "are not kept: "+d.Kept.Error())
	}
	add("warning", d.Warning)
	t.Note = device.EnvBackend + "=cuda, cpu or go chooses another before the first use"
	h.Show(t.Display())
	return nil
}

// checkpoints lists the fits that did not come to their end, or goes on with one.
func checkpoints(ctx context.Context, h Host, args string) error {
	words := strings.Fields(args)
	found := checkpoint.Unfinished("")
	if len(words) == 0 {
		showUnfinished(h, found)
		return nil
	}
	if words[0] != "resume" || len(words) > 3 {
		return fmt.Errorf("command: :checkpoints %s (:checkpoints lists them, :checkpoints resume 1 m goes on with the first)", args)
	}
	n, name := 1, "m"
	for _, w := range words[1:] {
		if k, err := strconv.Atoi(w); err == nil {
			n = k
		} else if name = w; !token.IsIdentifier(w) {
			return fmt.Errorf("command: :checkpoints resume: %q is no name of a variable", w)
		}
	}
	if n < 1 || n > len(found) {
		return fmt.Errorf("command: :checkpoints resume %d: there are %d (:checkpoints lists them)", n, len(found))
	}
	return h.Run(ctx, fmt.Sprintf("%s := graft.Resume(graft.Checkpoint(%q))", name, found[n-1].Folder))
}

func showUnfinished(h Host, found []checkpoint.Fit) {
	if len(found) == 0 {
		h.Show(display.Plain("no checkpoint of an unfinished fit"))
		return
	}
	t := plot.Table{Columns: []string{"", "network", "in epoch", "of", "written", "folder"}}
	for i, f := range found {
		folder := f.Folder
		if f.InUse {
			folder += " (a fit is using it)"
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), f.Net, strconv.Itoa(f.Epoch), strconv.Itoa(f.Epochs), f.Time.Format(time.DateTime), folder})
	}
	t.Note = ":checkpoints resume 1 m goes on with the first and calls its model m"
	h.Show(t.Display())
}
