package networkwatcher

// Waiting returns how many readers wait for the list of a network watcher.
func (c *Client) Waiting(id WatcherID) int {
	cache := c.cache(id)
	cache.mu.Lock()
	defer cache.mu.Unlock()
	if cache.flight == nil {
		return 0
	}
	return cache.flight.waiting
}
