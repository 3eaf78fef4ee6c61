// Package tune decides what is trained. A [Plan] is the one place where a group of
// parameters, a stage of the backbone or the head, is marked frozen or trainable
// and given its share of the learning rate; everything else asks it: the graph, the
// optimizer, the feature cache, the saved file. Package backbone knows what the
// stages are, and package train does the training.
//
//	plan := tune.NewPlan(tune.FromStages(m.Stages), head)
//	plan.Freeze("")                       // everything but the head
//	err := plan.Unfreeze("last 2")        // and the last two stages
//	before, err := plan.Snapshot(store)
//	...                                   // train
//	after, err := plan.Snapshot(store)
//	err = plan.Verify(before, after)      // what was frozen stood still, the rest moved
//
// GoMLX layers mark their variables trainable whenever a graph is built, so
// [Plan.Apply] is called after every build and what the marks say in between has
// no effect.
package tune
