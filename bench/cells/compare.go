package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"graft/bench/cells/measure"
	"graft/bench/cells/work"
)

// row is one line of the table.
type row struct {
	title, name string
	limit       float64 // of graft: a ratio for programs, else in the row's unit
}

var programs = []row{
	{"fib(30)", "Fib", 22},
	{"10M loop", "Loop", 20},
	{"1M slice updates", "Slice", 30},
	{"300k Sprint", "Sprint", 2.2},
	{"300k map updates", "Map", 0},
	{"300k Sprint and map", "SprintMap", 2.2},
}

var cells = []row{
	{"first use of fmt, ms", measure.FirstFmt, 20},
	{"one-line cell 1, ms", measure.Cell1, 0.5},
	{"one-line cell 1,000, ms", measure.Cell1000, 0.5},
	{"kept per redefining cell, KB", measure.Kept, 30},
}

// fresh are the measurements that need a process of their own.
var fresh = map[string]bool{measure.FirstFmt: true, measure.Cell1: true}

// peer is one interpreter's process.
type peer struct {
	argv  []string
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines *bufio.Scanner
}

func start(argv []string) (*peer, error) {
	p := &peer{argv: argv, cmd: exec.Command(argv[0], argv[1:]...)}
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.lines = in, bufio.NewScanner(out)
	return p, p.cmd.Start()
}

// ask has one thing measured.
func (p *peer) ask(name string) (cost measure.Cost, result string, err error) {
	if fresh[name] {
		other, err := start(p.argv)
		if err != nil {
			return cost, "", err
		}
		defer other.close()
		p = other
	}
	fmt.Fprintln(p.in, name)
	if !p.lines.Scan() {
		return cost, "", fmt.Errorf("%s ended at %s: %v", p.argv[0], name, p.lines.Err())
	}
	if text, failed := strings.CutPrefix(p.lines.Text(), "error: "); failed {
		return cost, "", errors.New(text)
	}
	_, err = fmt.Sscan(p.lines.Text(), &cost.Clock, &cost.CPU, &result)
	return cost, result, err
}

func (p *peer) close() {
	p.in.Close()
	_ = p.cmd.Wait() // it ends at the end of its input
}

// native runs a compiled program; other measurements have no native side.
func native(name string) (cost measure.Cost, result string) {
	f := work.Native[name]
	if f == nil {
		return cost, ""
	}
	clock := measure.Start()
	n := f()
	return clock.Stop(), fmt.Sprint(n)
}

// costs are the least of a side so far, by measurement.
type costs map[string]measure.Cost

func (m costs) keep(name string, c measure.Cost) {
	old, ok := m[name]
	if !ok {
		old = c
	}
	m[name] = measure.Cost{Clock: min(old.Clock, c.Clock), CPU: min(old.CPU, c.CPU)}
}

// compare measures everything in turns and prints the table.
func compare(argv map[string][]string, rounds int) error {
	peers := map[string]*peer{}
	for name, args := range argv {
		p, err := start(args)
		if err != nil {
			return err
		}
		defer p.close()
		peers[name] = p
	}
	least := map[string]costs{"native": {}, "graft": {}, "yaegi": {}}
	for range rounds {
		for _, r := range append(programs[:len(programs):len(programs)], cells...) {
			if err := turn(peers, least, r.name); err != nil {
				return err
			}
		}
	}
	printTables(least, rounds)
	return nil
}

// turn measures one thing on every side and keeps the least.
func turn(peers map[string]*peer, least map[string]costs, name string) error {
	want := ""
	if cost, result := native(name); result != "" {
		least["native"].keep(name, cost)
		want = result
	}
	for _, side := range []string{"graft", "yaegi"} {
		p := peers[side]
		if p == nil {
			continue
		}
		cost, result, err := p.ask(name)
		if err == nil && want != "" && result != want {
			err = fmt.Errorf("result %s, native %s", result, want)
		}
		if err != nil {
			return fmt.Errorf("%s, %s: %w", side, name, err)
		}
		least[side].keep(name, cost)
	}
	return nil
}

func printTables(least map[string]costs, rounds int) {
	fmt.Printf("%-30s%9s%9s%9s%9s%8s%9s%8s%9s\n", "least of "+fmt.Sprint(rounds), "native", "graft", "yaegi", "graft x", "by CPU", "yaegi x", "by CPU", "limit x")
	for _, r := range programs {
		n, g, y := least["native"][r.name], least["graft"][r.name], least["yaegi"][r.name]
		fmt.Printf("%-30s%9.2f%9.1f%9s%9.1f%8s%9s%8s%9s\n", r.title+", ms", n.Clock, g.Clock, number(y.Clock, "%.1f"),
			g.Clock/n.Clock, ratio(g.CPU, n.CPU), ratio(y.Clock, n.Clock), ratio(y.CPU, n.CPU), number(r.limit, "%g"))
	}
	fmt.Printf("\n%-30s%9s%9s%9s%9s\n", "", "graft", "its CPU", "yaegi", "limit")
	for _, r := range cells {
		g, y := least["graft"][r.name], least["yaegi"][r.name]
		fmt.Printf("%-30s%9.3f%9s%9s%9g\n", r.title, g.Clock, number(g.CPU, "%.3f"), number(y.Clock, "%.3f"), r.limit)
	}
}

// ratio is empty where one of the two was not measured.
func ratio(a, b float64) string {
	if b == 0 {
		return "-"
	}
	return number(a/b, "%.1f")
}

// number leaves out what was not measured or has no limit.
func number(v float64, format string) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
