// Package metric measures predictions while they stream by: batch after batch goes
// in, one number comes out, and it does not depend on how the rows were cut into
// batches. It works on plain slices on the host, as opposed to the loss functions
// of package train, which are graph code with a gradient, and to package plot,
// which draws what is measured here.
//
//	m := metric.Accuracy()
//	for batch := range batches {
//		m.Update(metric.Batch{Outputs: logits, Width: 3, Labels: labels})
//	}
//	fmt.Println(m.Name(), m.Value())
//
// Sums are kept in float64 over rows, never as means of batch means. An output
// that is NaN is never right: it makes a loss NaN, and to a classification metric
// it is a wrong answer.
package metric
