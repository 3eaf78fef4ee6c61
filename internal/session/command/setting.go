package command

import (
	"context"
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"graft/internal/near"
	"graft/lib/display"
)

// setting is the row of a setting of the front end, with its values.
func setting(name, what string, values ...string) Row {
	return Row{
		Name: name, Args: "[VALUE]", Help: what, Aside: true, words: words(values...),
		More: "VALUE is " + list(values) + "; without it the command says which it is now.",
		run: func(ctx context.Context, h Host, value string) error {
			if value != "" && !slices.Contains(values, value) {
				return fmt.Errorf("command: :%s %q (%swant %s)", name, value, meant(value, values), list(values))
			}
			now, err := h.Set(ctx, name, value)
			if err != nil {
				return err
			}
			if value == "" {
				h.Show(display.Plain(name + ": " + now))
			}
			return nil
		},
	}
}

// meant is the value that was probably meant, in front of all of them.
func meant(value string, values []string) string {
	if name, ok := near.Name(value, values); ok {
		return fmt.Sprintf("did you mean %q? ", name)
	}
	return ""
}

// list writes values as a sentence does: "a, b or c".
func list(values []string) string {
	n := len(values) - 1
	return strings.Join(values[:n], ", ") + " or " + values[n]
}

// password keeps the text out of the history, where tokens written in cells end up.
func password(ctx context.Context, h Host, args string) error {
	name, prompt, _ := strings.Cut(args, " ")
	if !token.IsIdentifier(name) || name == "_" {
		return fmt.Errorf("command: :password %q is no name of a variable (:password token)", name)
	}
	if prompt = strings.TrimSpace(prompt); prompt == "" {
		prompt = name
	}
	text, err := h.Ask(prompt+": ", true)
	if err != nil {
		return err
	}
	return h.Run(ctx, name+" := "+strconv.Quote(text))
}
