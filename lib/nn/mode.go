package nn

// Mode says how layers run. The zero value is inference.
type Mode struct {
	// Training turns on batch statistics, their running averages, and dropout.
	Training bool
	// Frozen lists, by stage index, the stages that run in inference mode even
	// while training. Stages beyond its end are not frozen.
	Frozen []bool
	// Folded says that the parameters come from a store in which every BatchNorm
	// has been folded into the convolution before it. Implies inference.
	Folded bool
}

// Stage returns the mode of the i-th stage: m, or inference where i is frozen.
func (m Mode) Stage(i int) Mode {
	frozen := i < len(m.Frozen) && m.Frozen[i]
	return Mode{Training: m.Training && !frozen && !m.Folded, Folded: m.Folded}
}
