package logingest

import (
	"context"
	"path/filepath"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// creates tells apart the log ingests that one provider process creates or
// plans. Before its create a resource has nothing of its own that a killed
// provider leaves behind: two that send to one table with equal triggers would
// give equal records equal ids.
type creates struct {
	mu sync.Mutex
	// created counts creates by the generation that they would share.
	created map[string]int
	// held are resources that exist, by the generation that they were created
	// with, and planned those generations that a create is planned with, and
	// whether it leaves out what was sent already.
	held    map[string]holder
	planned map[string]bool
}

// holder is a resource that exists.
type holder struct {
	id string
	// pending means that it has records left to send, and leaves out those
	// whose ids the workspace has.
	pending bool
}

// pending reports whether the next send of a resource looks first for ids of
// the generation that it may have been created with.
func (p *priorState) pending(j job) bool {
	return p.state.Status.ValueString() == statusPartial && (j.verified || j.destination.api == loganalytics.DataCollector)
}

// createdWith is the generation of a resource's first records.
func (p *priorState) createdWith(j job) string {
	if p.progress.Created != "" {
		return p.progress.Created
	}
	return generation(j.source.origin(j.destination), nil, p.state.Triggers, 0)
}

// shared is the generation that all creates like the job would have.
func (j job) shared() string {
	return generation(j.source.origin(j.destination), nil, j.triggers, 0)
}

// origin is what tells one create from another without the user's help, and is
// the same when a create that was killed is repeated: the destination, and the
// name of the records' file. Of an absolute path only the last part counts, as
// the folder of a checkout may be another one each time.
func (s source) origin(to destination) string {
	switch {
	case s.file == "":
		return to.identify()
	case filepath.IsAbs(s.file):
		return to.identify() + " file " + filepath.Base(s.file)
	}
	return to.identify() + " file " + filepath.ToSlash(filepath.Clean(s.file))
}

// waysOut ends what is said of log ingests that cannot be told apart.
const waysOut = ", for example triggers = { instance = each.key }, or give it a records_file of its own. With -replace, change triggers instead, which sends all records again."

// next numbers the creates that would share a generation.
func (c *creates) next(j job) int {
	if j.idColumn == "" {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.created == nil {
		c.created = map[string]int{}
	}
	number := c.created[j.shared()]
	c.created[j.shared()]++
	return number
}

// undo takes back a number under which nothing was sent.
func (c *creates) undo(j job, number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if key := j.shared(); c.created[key] == number+1 {
		c.created[key] = number
	}
}

// plan notes that a resource exists, or will be created, and reports those
// that the workspace could not tell apart.
func (c *creates) plan(j job, prior *priorState, diags *diag.Diagnostics) {
	c.recordResource(j, prior, prior != nil && prior.pending(j), diags)
}

func (c *creates) recordResource(j job, prior *priorState, pending bool, diags *diag.Diagnostics) {
	if j.idColumn == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held, c.planned = map[string]holder{}, map[string]bool{}
	}
	key := j.shared()
	text := "another log ingest of this configuration, or the one that this one replaces, has sent records to the same table, from the same file if from a file. " +
		"Records of either that are equal to records of the other would get the same ids, and count as sent already.\n\n" +
		"Set triggers to a value that only this one has" + waysOut
	if prior == nil {
		c.planned[key] = c.planned[key] || j.verified
	} else {
		key = prior.createdWith(j)
		c.held[key] = holder{prior.state.ID.ValueString(), pending}
		text = "a log ingest that this configuration adds, or that replaces this one, will send records to the same table, from the same file if from a file. " +
			"Records of either that are equal to records of the other would get the same ids, and count as sent already.\n\n" +
			"Set triggers of the new one to a value that only it has" + waysOut
	}
	verified, planned := c.planned[key]
	old := c.held[key]
	if old.id == "" || !planned {
		return
	}
	text = j.destination.describe() + ": " + text
	if verified || old.pending {
		diags.AddAttributeError(path.Root("triggers"), "Log ingests cannot be told apart", text)
		return
	}
	diags.AddAttributeWarning(path.Root("triggers"), "Log ingests cannot be told apart", text)
}

// planDestroy is plan for a resource that will be destroyed: another one that is
// created in its place finds its records.
func (c *creates) planDestroy(ctx context.Context, state *ingestModel, prior *priorState, diags *diag.Diagnostics) {
	var ignored diag.Diagnostics
	if j, known := jobOf(ctx, state, state, &ignored); known {
		c.recordResource(j, prior, false, diags)
	}
}

// forget notes that a resource does not exist any more.
func (c *creates) forget(id types.String) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, holder := range c.held {
		if holder.id == id.ValueString() {
			delete(c.held, key)
		}
	}
}

// settle notes that what was planned was created.
func (c *creates) settle(j job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.planned, j.shared())
}
