// Package task puts the parts together for what a user wants done: a classifier or
// a regressor of images is a preset, its preprocessing, a backbone and a new head,
// with a plan of what is trained. It is the layer the verbs of package graft stand
// on, as opposed to package train, which knows neither images nor labels.
//
//	m, err := task.NewImageClassifier("mobilenet_v2.tv_in1k", photos, train.Valid(valid))
//	if err != nil {
//		return err
//	}
//	if err := m.Freeze(""); err != nil {
//		return err
//	}
//	if err := m.Fit(5, train.With(ctx)); err != nil {
//		return err
//	}
//	report, err := m.Evaluate(test, train.With(ctx))
//
// A fit that did not come to its end goes on with [Resume], in another process or
// session. Within one, [Image.Snapshot], [Image.Restore] and [Image.Undo] go back and
// grow branches, and [Image.Diff] compares them; those live in memory only.
//
// A saved model is one file that rebuilds itself: weights as safetensors, and as
// JSON the labels, the preprocessing, the plan and the settings.
package task
