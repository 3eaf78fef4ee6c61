// Package train moves the parameters of a network towards lower loss. It owns the
// step loop: it feeds examples, runs steps, changes the plan on the way, shows the run,
// lets a person steer it, stops it early, and goes on with one that was cut. What a step
// is made of lies in packages below, each of which knows nothing of the loop:
//
//	schedule    the learning rate in the course of a run
//	optimizer   how a gradient moves a parameter, and where its state lies
//	loss        what is made small
//	penalty     what holds a network back: L2-SP, DELTA, BSS
//	mix         mixup and CutMix
//	program     executables over the variables of a store
//	feature     the cache of what the frozen part makes of each example
//	checkpoint  the files that a fit leaves while it runs
//	finder      a learning rate from a range test
//
// Package tune decides what is trained, package metric measures, and package task knows
// what images and labels are; here an example is numbers in and a label or a number out.
//
//	t, err := train.New(ctx, train.Net{Store: store, Plan: plan, Body: body, Head: head})
//	if err != nil {
//		return err
//	}
//	history, err := t.Fit(ctx, 5, source, train.WithValid(valid), train.OneCycle(1e-3))
//	if err != nil {
//		return err
//	}
//	outputs, err := t.Outputs(ctx, test, loss.CrossEntropy)
//
// [Trainer] is the network and its executables, [Trainer.Fit] the loop; an [Option] sets
// one of its [Settings], a [Source] is examples, a [Steering] the wheel of a run, and a
// [History] what happened.
//
// The frozen prefix of the plan is an inference executable of its own, with
// BatchNorm folded where the network can. Its outputs are kept in memory and on
// disk, so an epoch costs only what is trained. Executables are kept per plan:
// freezing again what was frozen before compiles nothing, and learning rates are
// inputs of the executable, so changing them never does.
//
// What the cache holds in memory and on disk is bounded ([feature.DefaultMemory] and
// [feature.DefaultDisk] megabytes; GRAFT_FEATURE_MEMORY and GRAFT_FEATURE_DISK set
// others), the least recently used goes first. Every row has a checksum: one that is
// damaged, or was taken away, is computed again. Examples are loaded, decoded and
// augmented on all cores while the device runs the steps before; a fit says how long
// it waited for them all the same. With [Augment] and a frozen prefix, a few views of
// each example are cached.
//
// All that a step does is one executable: forward, loss, backward, and what a [Recipe]
// adds, such as clipping, averages, mixup or accumulation. What a step keeps
// besides the parameters lies in the store under /optimizer/, by slot and parameter.
//
// A fit that takes longer than ten seconds writes checkpoints, in the background:
// parameters that cannot move once, the others with the optimizer's state, the place
// in the data, early stopping and the history each time. [OpenCheckpoint] and
// [Trainer.Resume] go on with one, to the last bit as if nothing had happened.
//
// One seed gives one order of examples and one set of initial values: the same seed
// on the same device gives the same losses to the last bit.
package train
