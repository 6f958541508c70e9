package networkwatcher

// Waiting returns how many readers wait for the list of a network watcher.
func (c *Client) Waiting(id WatcherID) int {
	cache := c.cache(id)
	waiting, _ := cache.shared.Callers(cache.id)
	return waiting
}
