// Package train moves the parameters of a network towards lower loss. It owns the
// step loop: optimizers, learning rate schedules, callbacks, early stopping, and
// the cache that computes the frozen part of a network once per image. Package tune
// decides what is trained, package metric measures, and package task knows what
// images and labels are; here an example is numbers in and a label or a number out.
//
//	t, err := train.New(train.Net{Store: store, Plan: plan, Body: body, Head: head})
//	if err != nil {
//		return err
//	}
//	history, err := t.Fit(ctx, 5, source, train.WithValid(valid), train.OneCycle(1e-3))
//	outputs, err := t.Outputs(ctx, test)
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
// adds, such as clipping, averages, mixup or accumulation. Optimizers, losses and
// schedules are tables, each held against PyTorch step by step. What a step keeps
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
