package loganalytics

import (
	"fmt"
	"net/http"
	"strings"
)

// indexed names records of a source by their indexes, with the verb after them:
// "record 0 was", "records 0 to 2 were".
func indexed(first, last int) string {
	if first == last {
		return fmt.Sprintf("record %d was", first)
	}
	return fmt.Sprintf("records %d to %d were", first, last)
}

// behindProxy reports whether a proxy refused to connect to the service for want
// of credentials; net/http returns that as an error, not as an answer.
func behindProxy(err error) bool {
	return err != nil && strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired))
}
