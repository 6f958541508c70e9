package capture

import (
	"fmt"
	"strings"
)

// Bounds of the tables of names.
const (
	maxDistinctNames = 10000
	maxNameLength    = 255
)

// names counts names, if they are wanted.
type names struct {
	wanted                    bool
	servers, questions, hosts map[string]int64
	leftOut                   int64
}

func (n *names) init(wanted bool) {
	n.wanted = wanted
	n.servers, n.questions, n.hosts = map[string]int64{}, map[string]int64{}, map[string]int64{}
}

func (n *names) server(name string)   { n.add(n.servers, name) }
func (n *names) question(name string) { n.add(n.questions, name) }
func (n *names) host(name string)     { n.add(n.hosts, name) }

func (n *names) add(to map[string]int64, name string) {
	if !n.wanted || name == "" {
		return
	}
	name = printable(name)
	if _, known := to[name]; !known && len(to) >= maxDistinctNames {
		n.leftOut++
		return
	}
	to[name]++
}

// printable keeps a name of somebody else's making from being more than a name.
func printable(name string) string {
	if len(name) > maxNameLength {
		name = name[:maxNameLength]
	}
	ordinary := func(c byte) bool { return c > ' ' && c < 0x7f && c != '\\' }
	for i := range len(name) {
		if ordinary(name[i]) {
			continue
		}
		var escaped strings.Builder
		for j := range len(name) {
			if ordinary(name[j]) {
				escaped.WriteByte(name[j])
			} else {
				fmt.Fprintf(&escaped, `\x%02x`, name[j])
			}
		}
		return escaped.String()
	}
	return name
}
