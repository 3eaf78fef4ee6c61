// Package metric measures predictions while they stream by: batch after batch goes
// in, one number comes out, and it does not depend, to the last bit, on how the rows
// were cut into batches. It works on plain slices on the host, as opposed to the loss
// functions of package train, which are graph code with a gradient, and to package
// plot, which draws what is measured here.
//
//	m := metric.Accuracy()
//	for batch := range batches {
//		m.Update(metric.Batch{Outputs: logits, Width: 3, Labels: labels})
//	}
//	fmt.Println(m.Name(), m.Value())
//
// No rows are kept. Memory is constant, or in proportion to the number of classes;
// auroc and average_precision keep scores up to a limit, see [AUROC]. Sums are kept
// in float64 over rows, never as means of batch means.
//
// A NaN output is never right and never hidden: a loss, a ranking (auroc,
// average_precision) and ece become NaN, and in what counts decisions it is a wrong
// one.
//
// Values are those of scikit-learn 1.9.1, held against it by a fixture, also where a
// class has no rows: precision, recall and f1 are means over the classes that are
// true or predicted, and 0 for a class without any. Where scikit-learn refuses or
// gives NaN for the mean because of one class, auroc and average_precision are means
// over the classes that can be ranked.
//
// # Names
//
// These are known by name, to [New] and in the option Metrics. Those marked with *
// are to be had of one class, too: recall:2 is that of class 2, counted from 0, and
// recall:cat that of the class called cat.
//
// For classes and tags (of which a row may have several):
//
//	accuracy                          right answers; of tags, rows with no wrong one
//	precision *  recall *  f1 *       mean over classes, also called macro
//	precision_micro recall_micro f1_micro           all decisions together
//	precision_weighted recall_weighted f1_weighted  by how often a class is true
//	auroc *                           of class 1 of two, else mean of each against the rest
//	average_precision *               area under the precision-recall curve
//	log_loss                          cross-entropy in nats
//
// For classes alone:
//
//	top5                              and any other number: among the likeliest
//	balanced_accuracy                 mean of the recalls of the classes that occur
//	mcc                               Matthews's correlation
//	kappa                             Cohen's
//	ece                               expected calibration error, 15 bins
//
// For tags alone:
//
//	subset_accuracy                   the same as accuracy
//	tag_accuracy                      each tag of each row is a decision
//
// For numbers:
//
//	rmse                              root of the mean squared error
//	mae                               mean absolute error
//	r2                                coefficient of determination
package metric
