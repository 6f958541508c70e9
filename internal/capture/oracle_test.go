//go:build oracle

package capture_test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/capture"
)

var oracleFolder = flag.String("oracle.dir", "", "compare the summaries of the captures in this folder with what tshark and capinfos say")

// figures are compared field by field, as text.
type figures map[string]string

// TestOracle compares with Wireshark's own programs. make oracle DIR=folder runs it.
func TestOracle(t *testing.T) {
	t.Parallel()
	if *oracleFolder == "" {
		t.Fatal("needs a folder of captures: make oracle DIR=folder")
	}
	for _, program := range []string{"tshark", "capinfos"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is not installed; Debian has it in the packages tshark and wireshark-common", program)
		}
	}
	equal, compared := map[string]int{}, map[string]int{}
	files := 0
	err := filepath.WalkDir(*oracleFolder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		want, readable := wiresharkFigures(t, path)
		got := ownFigures(t, path)
		if !readable {
			return nil
		}
		files++
		for _, field := range sortedKeys(want) {
			// capinfos tells no time if one packet of a file has none, and no
			// microseconds of an interface that has less precise ones.
			if want[field] == unsaid && got[field] != unsaid {
				continue
			}
			compared[field]++
			if got[field] == want[field] {
				equal[field]++
			} else {
				t.Errorf("%s: %s is %q; Wireshark says %q", path, field, got[field], want[field])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range sortedKeys(compared) {
		t.Logf("%-18s %5d of %5d files agree", field, equal[field], compared[field])
	}
	t.Logf("%d files", files)
}

func sortedKeys[V any](of map[string]V) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func ownFigures(t *testing.T, path string) figures {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	analyzer := capture.NewAnalyzer(capture.Options{IncludeNames: true, MaxConversations: 10})
	if err := analyzer.AddFile(filepath.Base(path), file); err != nil {
		t.Errorf("%s: %s", path, err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	s := analyzer.Summary()
	stamp := func(at time.Time) string {
		if at.IsZero() {
			return unsaid
		}
		return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
	}
	result := figures{
		"packets": fmt.Sprint(s.Total.Packets), "bytes": fmt.Sprint(s.Total.Bytes),
		"first": stamp(s.First), "last": stamp(s.Last),
		"tcp conversations": fmt.Sprint(s.ConversationCount["tcp"]), "udp conversations": fmt.Sprint(s.ConversationCount["udp"]),
		"resets": fmt.Sprint(s.Resets), "retransmissions": fmt.Sprint(s.Retransmissions), "out of order": fmt.Sprint(s.OutOfOrder),
		"zero windows": fmt.Sprint(s.ZeroWindows), "client hellos": fmt.Sprint(s.TLS.ClientHellos), "alerts": fmt.Sprint(s.TLS.Alerts),
		"dns queries": fmt.Sprint(s.DNS.Queries), "dns answers": fmt.Sprint(s.DNS.Answers), "nxdomain": fmt.Sprint(s.DNS.ResponseCodes["NXDOMAIN"]),
		"server names": counted(s.ServerNames),
	}
	return result
}

func counted(names map[string]int64) string {
	var all []string
	for _, name := range sortedKeys(names) {
		all = append(all, fmt.Sprintf("%s=%d", name, names[name]))
	}
	return strings.Join(all, " ")
}

// wiresharkFigures are false for a file that Wireshark cannot open.
func wiresharkFigures(t *testing.T, path string) (figures, bool) {
	t.Helper()
	result := figures{}
	// The times are those of the earliest and the latest packet.
	info, err := run(t, "capinfos", "-T", "-M", "-S", "-r", "-B", "-c", "-d", "-a", "-e", path)
	fields := strings.Split(strings.TrimSpace(info), "\t")
	if len(fields) < 5 {
		return nil, err == nil
	}
	result["packets"], result["bytes"] = fields[1], fields[2]
	result["first"], result["last"] = shortTime(fields[3]), shortTime(fields[4])
	columns := []string{
		"tcp.flags.reset", "tcp.analysis.retransmission", "tcp.analysis.out_of_order", "tcp.analysis.zero_window",
		"tls.handshake.type", "tls.record.content_type", "tls.handshake.extensions_server_name", "dns.flags.response", "dns.flags.rcode", "udp.port",
		"tcp.port",
	}
	arguments := []string{"-n", "-r", path, "-z", "conv,tcp", "-z", "conv,udp", "-T", "fields"}
	for _, column := range columns {
		arguments = append(arguments, "-e", column)
	}
	output, _ := run(t, "tshark", arguments...)
	packets, tables, _ := strings.Cut(output, "================")
	result.countPackets(packets)
	for i, table := range strings.Split(tables, "Conversations\n") {
		// conv,udp is printed first.
		if name := []string{"", "udp", "tcp"}[min(i, 2)]; name != "" {
			kind := strings.ToLower(lastWord(strings.Split(tables, "Conversations\n")[i-1]))
			result[kind+" conversations"] = fmt.Sprint(strings.Count(table, "<->"))
		}
	}
	return result, true
}

func lastWord(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func (f figures) countPackets(packets string) {
	counts := map[string]int{}
	names := map[string]int64{}
	scanner := bufio.NewScanner(strings.NewReader(packets))
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		values := strings.Split(scanner.Text(), "\t")
		if len(values) < 11 {
			continue
		}
		all := func(column int, value string) int {
			n := 0
			for _, v := range strings.Split(values[column], ",") {
				if v == value {
					n++
				}
			}
			return n
		}
		counts["resets"] += all(0, "1")
		for column, name := range map[int]string{1: "retransmissions", 2: "out of order", 3: "zero windows"} {
			if values[column] != "" {
				counts[name]++
			}
		}
		counts["client hellos"] += all(4, "1")
		counts["alerts"] += all(5, "21")
		if values[6] != "" {
			for _, name := range strings.Split(values[6], ",") {
				names[name]++
			}
		}
		if slices.Contains(strings.Split(values[9], ","), "53") || slices.Contains(strings.Split(values[10], ","), "53") {
			counts["dns queries"] += all(7, "0")
			counts["dns answers"] += all(7, "1")
			counts["nxdomain"] += all(8, "3")
		}
	}
	for _, name := range []string{"resets", "retransmissions", "out of order", "zero windows", "client hellos", "alerts", "dns queries", "dns answers", "nxdomain"} {
		f[name] = fmt.Sprint(counts[name])
	}
	f["server names"] = counted(names)
}

// unsaid stands for a time that there is not.
const unsaid = "n/a"

// shortTime reads what may be more than a second behind the point: micro- or
// nanoseconds, by the number of the digits.
func shortTime(text string) string {
	whole, fraction, _ := strings.Cut(strings.TrimSpace(text), ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return unsaid
	}
	parts, err := strconv.ParseInt(fraction, 10, 64)
	if err != nil {
		return unsaid
	}
	if len(fraction) < 6 {
		return unsaid
	}
	const microseconds = 7
	if len(fraction) <= microseconds {
		parts *= 1000
	}
	at := time.Unix(seconds, parts)
	return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
}

func run(t *testing.T, program string, arguments ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, arguments...)
	var stdout bytes.Buffer
	command.Stdout = &stdout
	err := command.Run()
	return stdout.String(), err
}
