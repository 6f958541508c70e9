package logingest

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// creates tells apart the log ingests that one provider process creates or
// plans. Before its create a resource has nothing of its own that a killed
// provider leaves behind: two that send to one table with equal triggers would
// give equal records equal ids.
type creates struct {
	mu sync.Mutex
	// created counts creates by the generation that they would share.
	created map[string]int
	// held are the ids of resources that exist, by the generation that they
	// were created with, and planned those generations that a create is
	// planned with.
	held    map[string]string
	planned map[string]bool
}

// shared is the generation that all creates like the job would have.
func (j job) shared() string {
	return generation(j.destination.identify(), nil, j.triggers, 0)
}

// next numbers the creates that would share a generation.
func (c *creates) next(j job) int {
	if c == nil || j.idColumn == "" {
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
func (c *creates) plan(j job, before *past, diags *diag.Diagnostics) {
	if c == nil || j.idColumn == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		c.held, c.planned = map[string]string{}, map[string]bool{}
	}
	key := j.shared()
	if before != nil {
		c.held[key] = before.state.ID.ValueString()
	} else {
		c.planned[key] = true
	}
	if c.held[key] == "" || !c.planned[key] {
		return
	}
	const text = "Another log ingest of this configuration, or the one that this one replaces, has sent records to the same table. Records of this one that are equal to its records would get the same ids, and count as sent already. " +
		"Set triggers to a value that only this one has, for example triggers = { instance = each.key }."
	if j.verified {
		diags.AddAttributeError(path.Root("triggers"), "Log ingests cannot be told apart", text)
		return
	}
	diags.AddAttributeWarning(path.Root("triggers"), "Log ingests cannot be told apart", text)
}

// forget notes that a resource does not exist any more.
func (c *creates) forget(id types.String) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, holder := range c.held {
		if holder == id.ValueString() {
			delete(c.held, key)
		}
	}
}

// settle notes that what was planned was created.
func (c *creates) settle(j job) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.planned, j.shared())
}
