package cfw

// writes counts the writes to one firewall, by this process. A listing tells
// of a task only what was written before it began.
type writes struct {
	all int
	// listed is how many of them the newest listing saw.
	listed int
	// newest is the newest listing, without the one before it.
	newest *listing
	// created is the number of the last write that made a task, which no
	// earlier listing has.
	created int
	// tasks are the numbers of the last writes to each task.
	tasks map[string]int
	// known are the tasks that are this run's own.
	known map[string]bool
	// planned are the tasks that this run plans to create.
	planned []plannedTask
}

// wrote counts a write to some tasks, or of a new one.
func (c *Client) wrote(firewall Firewall, taskIDs ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	done.all++
	if len(taskIDs) == 0 {
		done.created = done.all
	}
	for _, id := range taskIDs {
		done.tasks[id] = done.all
	}
}

// writesOf returns the writes to a firewall, in whatever enterprise project it
// was addressed. The caller holds the lock.
func (c *Client) writesOf(firewall Firewall) *writes {
	done, found := c.writes[firewall.key()]
	if !found {
		done = &writes{tasks: map[string]int{}, known: map[string]bool{}}
		c.writes[firewall.key()] = done
	}
	return done
}

// writesTo returns how many writes there were to a firewall.
func (c *Client) writesTo(firewall Firewall) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writesOf(firewall).all
}

// lastWriteTo returns how many writes a listing must have seen to tell of a
// task.
func (c *Client) lastWriteTo(firewall Firewall, taskID string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	return max(done.created, done.tasks[taskID])
}

// listed notes how many writes a listing has seen, and gives it the listing
// before it.
func (c *Client) listed(firewall Firewall, read *listing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	done.listed = max(done.listed, read.saw)
	read.earlier = done.newest
	kept := *read
	kept.earlier = nil
	done.newest = &kept
}

// unseen reports whether no listing has seen the last write to a task.
func (c *Client) unseen(firewall Firewall, taskID string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	return done.tasks[taskID] > done.listed
}
