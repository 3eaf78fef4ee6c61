package main

import (
	"fmt"
	"strings"

	"graft/internal/near"
)

// list is packages.txt: groups of packages, and named sets of type arguments.
type list struct {
	groups []*group
	sets   map[string][]string
}

// group is a set of packages whose tables share a Go package and a zip file.
type group struct {
	name    string
	dir     string // folder of the tables, relative to the module root
	entries []*entry
}

// entry is one line of packages.txt: a package, or a pattern such as
// graft/lib/..., and what the export data cannot tell.
type entry struct {
	pattern   string
	source    bool     // interpreted from source
	verbs     bool     // a bare call may ignore its trailing error
	except    []string // paths that the pattern leaves out
	instances []string // "Name[args]", args in Go syntax, $set for a set
}

// parseList reads packages.txt; its head explains the syntax.
func parseList(text string) (*list, error) {
	l := &list{sets: map[string][]string{}}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := l.line(line); err != nil {
			return nil, fmt.Errorf("packages.txt:%d: %w", i+1, err)
		}
	}
	return l, nil
}

func (l *list) line(line string) error {
	if line[0] == '\t' {
		return l.instances(line)
	}
	switch fields := strings.Fields(line); fields[0] {
	case "set":
		return l.set(line)
	case "group":
		if len(fields) != 3 {
			return fmt.Errorf("want \"group NAME FOLDER\", have %q", line)
		}
		l.groups = append(l.groups, &group{name: fields[1], dir: fields[2]})
		return nil
	default:
		return l.entry(fields)
	}
}

func (l *list) set(line string) error {
	name, values, ok := strings.Cut(strings.TrimPrefix(line, "set "), "=")
	if !ok {
		return fmt.Errorf("want \"set NAME = TYPE; TYPE\", have %q", line)
	}
	l.sets[strings.TrimSpace(name)] = semicolons(values)
	return nil
}

func (l *list) entry(fields []string) error {
	if len(l.groups) == 0 {
		return fmt.Errorf("package %q before the first group", fields[0])
	}
	e := &entry{pattern: fields[0]}
	for _, f := range fields[1:] {
		switch except, ok := strings.CutPrefix(f, "-"); {
		case ok:
			e.except = append(e.except, except)
		case f == "source":
			e.source = true
		case f == "verbs":
			e.verbs = true
		default:
			return fmt.Errorf("package %q: unknown word %q (source, verbs or -PATH)", fields[0], f)
		}
	}
	g := l.groups[len(l.groups)-1]
	g.entries = append(g.entries, e)
	return nil
}

func (l *list) instances(line string) error {
	if len(l.groups) == 0 || len(l.groups[len(l.groups)-1].entries) == 0 {
		return fmt.Errorf("instances %q before the first package", strings.TrimSpace(line))
	}
	entries := l.groups[len(l.groups)-1].entries
	e := entries[len(entries)-1]
	e.instances = append(e.instances, semicolons(line)...)
	return nil
}

func semicolons(s string) []string {
	var parts []string
	for _, part := range strings.Split(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// choose returns the groups named in only, or all.
func (l *list) choose(only string) ([]*group, error) {
	if only == "" {
		return l.groups, nil
	}
	byName := map[string]*group{}
	var names []string
	for _, g := range l.groups {
		byName[g.name] = g
		names = append(names, g.name)
	}
	var chosen []*group
	for _, name := range strings.Split(only, ",") {
		g := byName[name]
		if g == nil {
			return nil, fmt.Errorf("unknown group %q%s", name, near.Hint(name, names))
		}
		chosen = append(chosen, g)
	}
	return chosen, nil
}

// expand replaces each $set in an instance by the members of the set: all
// combinations if it names several sets.
func expand(instance string, sets map[string][]string) ([]string, error) {
	before, rest, ok := strings.Cut(instance, "$")
	if !ok {
		return []string{instance}, nil
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') })
	if end < 0 {
		end = len(rest)
	}
	members, ok := sets[rest[:end]]
	if !ok {
		return nil, fmt.Errorf("%s: unknown set $%s", instance, rest[:end])
	}
	var all []string
	for _, m := range members {
		more, err := expand(before+m+rest[end:], sets)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}
