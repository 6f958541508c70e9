package cfw

// Captured is a task that Capture made, or that Resolve found, and what may be
// doubted of it.
type Captured struct {
	Task

	// Lost is what came instead of the answer to the post: then the task is
	// ours by its name, parameters and date alone. nil if the service
	// confirmed the post.
	Lost error
	// Equals are other tasks that the firewall lists with the same name and
	// parameters, and that this client knows nothing of. Somebody else may have
	// made them, or a run of the same configuration that was killed.
	Equals []Task
}

// NoteInState remembers that the run which this client serves has a task in
// its state.
func (c *Client) NoteInState(firewall Firewall, taskID string) {
	firewall = c.complete(firewall)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writesOf(firewall).known[folded(taskID)] = true
}

// strangers returns the tasks of the newest listing that equal a request, and
// that this client knows nothing of.
func (c *Client) strangers(firewall Firewall, request CreateRequest) []Task {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	if done.newest == nil {
		return nil
	}
	var equals []Task
	for _, task := range done.newest.tasks {
		if !task.Deleted && !done.known[folded(task.ID)] && request.matches(task) {
			equals = append(equals, task)
		}
	}
	return equals
}

// captured takes a task for the client's own.
func (c *Client) captured(firewall Firewall, task Task, posted Posting, lost error) Captured {
	c.NoteInState(firewall, task.ID)
	return Captured{Task: task, Lost: lost, Equals: c.strangers(firewall, posted.Request)}
}
