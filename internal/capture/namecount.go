package capture

import (
	"fmt"
	"strings"
)

// Bounds of the tables of names.
const (
	maxDistinctNames = 10000
	maxNameLength    = 255
	// maxNameBytes is what the names of one table may take in all.
	maxNameBytes = 1 << 20
)

// names counts names, if they are wanted.
type names struct {
	wanted                    bool
	servers, questions, hosts nameTable
	leftOut                   int64
}

// nameTable counts the names of one kind.
type nameTable struct {
	counts map[string]int64
	bytes  int
}

func (n *names) init(wanted bool) {
	n.wanted = wanted
	n.servers.counts, n.questions.counts, n.hosts.counts = map[string]int64{}, map[string]int64{}, map[string]int64{}
}

func (n *names) server(name string) { n.add(&n.servers, printable(name)) }
func (n *names) host(name string)   { n.add(&n.hosts, printable(name)) }

// question takes a name that is printable already.
func (n *names) question(name string) { n.add(&n.questions, name) }

func (n *names) add(to *nameTable, name string) {
	if !n.wanted || name == "" {
		return
	}
	if _, known := to.counts[name]; !known {
		if len(to.counts) >= maxDistinctNames || to.bytes+len(name) > maxNameBytes {
			n.leftOut++
			return
		}
		// It may be a part of a long message, all of which would be kept.
		name = strings.Clone(name)
		to.bytes += len(name)
	}
	to.counts[name]++
}

// printable keeps a name of somebody else's making from being more than a name.
func printable(name string) string {
	if len(name) > maxNameLength {
		name = name[:maxNameLength]
	}
	for i := range len(name) {
		if !ordinary(name[i]) {
			var escaped strings.Builder
			for j := range len(name) {
				writeEscaped(&escaped, name[j], ordinary(name[j]))
			}
			return escaped.String()
		}
	}
	return name
}

func ordinary(c byte) bool { return c > ' ' && c < 0x7f && c != '\\' }

// writeEscaped writes a byte as it is, or as \xNN like Zeek.
func writeEscaped(to *strings.Builder, c byte, asItIs bool) {
	if asItIs {
		to.WriteByte(c)
		return
	}
	fmt.Fprintf(to, `\x%02x`, c)
}
