package capturetask

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// warnOfDoubts says how a task was recognised whose create had no answer, and
// which equal tasks there are, of which one may be left from a run that was
// killed.
func (m *resourceModel) warnOfDoubts(what string, found cfw.Captured, err error, diags *diag.Diagnostics) {
	if err == nil && found.Lost != nil {
		diags.AddWarning("Capture task was recognised by its date", tfkit.Failure{
			What: fmt.Sprintf("%s: the answer to its create was lost (%s). The task %s, created %s, is the only new one with its name and parameters and a date that fits, so it is taken for this one.",
				what, found.Lost, found.ID, found.CreatedDate),
			Next: []string{"If another run made the same task within the same seconds, look at the firewall's list of packet captures: the other run's state may have the same task."},
		}.Detail())
	}
	if len(found.Equals) > 0 {
		diags.AddWarning("Equal capture tasks exist", tfkit.Failure{
			What: fmt.Sprintf("%s: the firewall lists other tasks with the same name and parameters, which this run did not make: %s. "+
				"Other resources or runs may have made them, or a run of this configuration that was interrupted before it could save its state.", what, listTasks(found.Equals)),
			Next: []string{"If one of them belongs to nobody, stop and delete it in the firewall's list of packet captures. A name of its own for each resource tells them apart."},
		}.Detail())
	}
}

// maxListed is how many tasks a message names.
const maxListed = 10

func listTasks(tasks []cfw.Task) string {
	var named []string
	for _, task := range tasks[:min(len(tasks), maxListed)] {
		named = append(named, fmt.Sprintf("%s (%s, created %s)", task.ID, task.Status, task.CreatedDate))
	}
	if more := len(tasks) - len(named); more > 0 {
		named = append(named, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(named, ", ")
}
