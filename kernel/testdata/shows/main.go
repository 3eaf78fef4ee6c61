// Shows is a program for GoNB that cells of the tests start.
package main

import (
	"fmt"

	"github.com/janpfeifer/gonb/gonbui"
)

func main() {
	defer gonbui.Sync()
	fmt.Println("under GoNB:", gonbui.IsNotebook)
	gonbui.DisplayHTML("<i>from a program</i>")
	id := gonbui.UniqueId()
	for percent := range 3 {
		gonbui.UpdateHTML(id, fmt.Sprintf("%d %%", 50*percent))
	}
}
