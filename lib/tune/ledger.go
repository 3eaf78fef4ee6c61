package tune

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Row is what the ledger says of one group.
type Row struct {
	Group     string
	Layers    int
	Params    int // running statistics not included
	Trainable bool
	LR        float64 // learning rate at the base rate the ledger was asked for; 0 if frozen
	// BatchNorm says what BatchNorm layers do while training: "running" (use the
	// running statistics and leave them alone), "batch" (use those of the batch, and
	// the running ones follow), or "" where there are none.
	BatchNorm string
	Moved     string // since the last phase began: "no", "yes", or "" if there was none
}

// Ledger is the account of what is trainable.
type Ledger struct {
	Rows []Row
}

// Ledger makes the account at base learning rate lr.
func (p *Plan) Ledger(lr float64) Ledger {
	var l Ledger
	for _, g := range p.Groups {
		r := Row{Group: g.Name, Layers: g.Layers(), Params: g.Size(), Trainable: g.Trainable}
		if g.Trainable {
			r.LR = lr * g.Rate
		}
		switch {
		case g.normed() && g.follows():
			r.BatchNorm = "batch"
		case g.normed():
			r.BatchNorm = "running"
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

// Compare fills in which groups moved between two snapshots.
func (l Ledger) Compare(p *Plan, before, after Snapshot) Ledger {
	rows := append([]Row{}, l.Rows...)
	for i, g := range p.Groups {
		rows[i].Moved = "no"
		for _, q := range g.Params {
			if before[q.Path] != after[q.Path] {
				rows[i].Moved = "yes"
			}
		}
	}
	return Ledger{rows}
}

// Totals are the numbers of all and of trainable parameters.
func (l Ledger) Totals() (all, trainable int) {
	for _, r := range l.Rows {
		all += r.Params
		if r.Trainable {
			trainable += r.Params
		}
	}
	return all, trainable
}

// String is the ledger as a plain table.
func (l Ledger) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "group\tlayers\tparams\ttrainable\tlr\tBatchNorm\tmoved")
	for _, r := range l.Rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%v\t%.3g\t%s\t%s\n", r.Group, r.Layers, r.Params, r.Trainable, r.LR, r.BatchNorm, r.Moved)
	}
	if err := w.Flush(); err != nil {
		return err.Error()
	}
	all, trainable := l.Totals()
	return b.String() + fmt.Sprintf("%d of %d parameters are trainable\n", trainable, all)
}
