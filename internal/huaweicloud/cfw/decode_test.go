package cfw

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"
)

func TestRecordsAreReadTolerantly(t *testing.T) {
	t.Parallel()
	days := int64(0)
	full := Task{
		ID: "t-1", Name: "n", Status: StatusRunning, DurationInMinutes: 3, MaxPackets: 100000, Protocol: ProtocolAny,
		SourceAddress: "1.1.1.1", DestinationAddress: "2.2.2.2", SourcePort: "80", CreatedDate: "2024/06/04 11:23:50", RemainingDays: &days,
	}
	for name, test := range map[string]struct {
		body string
		want Task
	}{
		"as documented": {`{"task_id":"t-1","name":"n","status":2,"duration":3,"max_packets":100000,"protocol":-1,"source_address":"1.1.1.1",
			"source_address_type":0,"source_port":"80","dest_address":"2.2.2.2","dest_address_type":0,"dest_port":"","capture_size":"--",
			"created_date":"2024/06/04 11:23:50","is_deleted":0,"remaining_days":0}`, full},
		"numbers as text": {`{"task_id":"t-1","name":"n","status":"2","duration":"3","max_packets":"100000","protocol":"-1","source_address":"1.1.1.1",
			"source_address_type":"0","source_port":"80","dest_address":"2.2.2.2","created_date":"2024/06/04 11:23:50","remaining_days":"0"}`, full},
		"floats and nulls": {`{"task_id":"t-1","name":"n","status":2.0,"duration":3e0,"max_packets":1e5,"protocol":-1,"source_address":"1.1.1.1",
			"source_address_type":null,"source_port":"80","dest_address":"2.2.2.2","dest_port":null,"capture_size":null,
			"created_date":"2024/06/04 11:23:50","remaining_days":0}`, full},
		"nothing but an id": {`{"task_id":"t-2"}`, Task{ID: "t-2", Status: StatusNotTold}},
		"deleted":           {`{"task_id":"t-3","status":4,"is_deleted":1,"capture_size":"500kb"}`, Task{ID: "t-3", Status: StatusStopped, Deleted: true, CaptureSize: "500kb"}},
		"IPv6": {
			`{"task_id":"t-4","status":0,"source_address_type":1,"dest_address_type":1}`,
			Task{ID: "t-4", Status: StatusFailed, SourceAddressFamily: IPv6, DestinationAddressFamily: IPv6},
		},
	} {
		for shape, wrap := range map[string][2]string{
			"object": {`{"data":{"total":1,"records":[`, `]}}`}, "array": {`{"data":[{"object_id":"o","total":1,"records":[`, `]}]}`},
		} {
			t.Run(name+" in an "+shape, func(t *testing.T) {
				t.Parallel()
				var answer pageAnswer[taskRecord]
				if err := json.Unmarshal([]byte(wrap[0]+test.body+wrap[1]), &answer); err != nil {
					t.Fatal(err)
				}
				if answer.Data.Total.value != 1 || len(answer.Data.Records) != 1 {
					t.Fatalf("got %+v", answer)
				}
				if got := answer.Data.Records[0].task(); !reflect.DeepEqual(got, test.want) {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			})
		}
	}
}

func TestWhatIsNoIntegerIsNotRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"two"`, `2.5`, `true`, `[2]`, `{}`, `1e400`} {
		var n number
		if err := json.Unmarshal([]byte(text), &n); err == nil {
			t.Errorf("%s was read as %d", text, n.value)
		}
	}
}

// FuzzListDecoding writes a list of records in both shapes, with numbers as
// numbers and as text, and wants them all to read the same; and arbitrary
// bytes must never do more than fail.
func FuzzListDecoding(f *testing.F) {
	f.Add("t-1", "zhuabaotest", int64(2), int64(-1), int64(7), "1-65535", "--", []byte(`{"data":[{"records":[{"status":"2"}]}]}`))
	f.Add("", "\x00\"", int64(-1<<63), int64(1<<62), int64(0), "", "12kb", []byte(`{"data":{"records":[{"protocol":1e999}]}}`))
	f.Add("é", "a\nb", int64(3), int64(58), int64(1), "80", "", []byte(`{"data":null}`))
	f.Fuzz(func(t *testing.T, id, name string, status, protocol, days int64, port, size string, raw []byte) {
		var arbitrary pageAnswer[taskRecord]
		if err := json.Unmarshal(raw, &arbitrary); err == nil {
			for _, record := range arbitrary.Data.Records {
				task := record.task()
				if task.Status.Active() && task.Status.Ended() || task.Status.String() == "" || task.Protocol.String() == "" {
					t.Fatalf("contradictory task %+v", task)
				}
			}
		}
		numbers := map[string]int64{"status": status, "protocol": protocol, "remaining_days": days, "is_deleted": days % 2}
		asNumber := map[string]any{"task_id": id, "name": name, "dest_port": port, "capture_size": size}
		asText := map[string]any{"task_id": id, "name": name, "dest_port": port, "capture_size": size}
		for member, value := range numbers {
			asNumber[member], asText[member] = value, strconv.FormatInt(value, 10)
		}
		want := readOne(t, map[string]any{"data": map[string]any{"total": 1, "records": []any{asNumber}}})
		if int64(want.Status) != status || int64(want.Protocol) != protocol || *want.RemainingDays != days || want.Deleted != (days%2 == 1) {
			t.Fatalf("got %+v", want)
		}
		for _, other := range []map[string]any{
			{"data": []any{map[string]any{"total": "1", "records": []any{asNumber}}}},
			{"data": map[string]any{"records": []any{asText}}},
			{"data": []any{map[string]any{"records": []any{}}, map[string]any{"records": []any{asText}}}},
		} {
			if got := readOne(t, other); !reflect.DeepEqual(got, want) {
				t.Fatalf("got %+v, want %+v", got, want)
			}
		}
	})
}

func readOne(t *testing.T, body map[string]any) Task {
	t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var answer pageAnswer[taskRecord]
	if err := json.Unmarshal(content, &answer); err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	if len(answer.Data.Records) != 1 {
		t.Fatalf("%d records in %s", len(answer.Data.Records), content)
	}
	return answer.Data.Records[0].task()
}

func TestWords(t *testing.T) {
	t.Parallel()
	for number, word := range map[Status]string{
		0: "failed", 1: "completed", 2: "running", 3: "unknown(3)", 4: "stopped", 5: "stopping", 99: "unknown(99)", StatusNotTold: "unknown",
	} {
		if number.String() != word {
			t.Errorf("status %d is %q, want %q", int(number), number, word)
		}
	}
	for _, protocol := range Protocols() {
		if parsed, err := ParseProtocol(protocol.String()); err != nil || parsed != protocol {
			t.Errorf("%s: %v, %v", protocol, parsed, err)
		}
	}
	if Protocol(47).String() != "unknown(47)" || AddressFamily(2).String() != "unknown(2)" || IPv6.String() != "ipv6" {
		t.Error("unknown numbers do not survive")
	}
	if _, err := ParseProtocol("gre"); err == nil {
		t.Error("gre is a protocol")
	}
	if !ProtocolTCP.HasPorts() || !ProtocolUDP.HasPorts() || ProtocolICMP.HasPorts() || ProtocolICMPv6.HasPorts() {
		t.Error("ports of the wrong protocols")
	}
}

func TestFamilyOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]AddressFamily{
		"1.1.1.1": IPv4, "10.0.0.0/8": IPv4, "0.0.0.0/0": IPv4, "2001:db8::1": IPv6, "::/0": IPv6, "::ffff:1.1.1.1": IPv6,
	} {
		if got, err := FamilyOf(address); err != nil || got != want {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
	for _, wrong := range []string{"", "1.1.1", "fe80::1%eth0", "10.0.0.0/33", "host"} {
		if _, err := FamilyOf(wrong); err == nil {
			t.Errorf("%q has a family", wrong)
		}
	}
}

func TestRequestsMatchHoweverTheServiceWritesThem(t *testing.T) {
	t.Parallel()
	request := CreateRequest{
		Name: "n", DurationInMinutes: 3, MaxPackets: 10, SourceAddress: "2001:DB8:0::1", DestinationAddress: "2001:db8::/64", Protocol: ProtocolTCP,
	}
	same := Task{Name: "n", DurationInMinutes: 3, MaxPackets: 10, SourceAddress: "2001:db8::1", DestinationAddress: "2001:db8::/64", Protocol: ProtocolTCP}
	for name, test := range map[string]struct {
		change func(*Task)
		want   bool
	}{
		"itself":              {func(*Task) {}, true},
		"nothing but a name":  {func(task *Task) { *task = Task{Name: "n"} }, true},
		"any port, spelt out": {func(task *Task) { task.SourcePort = "1-65535" }, true},
		"a host as a block":   {func(task *Task) { task.SourceAddress = "2001:db8::1/128" }, true},
		"another name":        {func(task *Task) { task.Name = "N" }, false},
		"another duration":    {func(task *Task) { task.DurationInMinutes = 4 }, false},
		"another limit":       {func(task *Task) { task.MaxPackets = 11 }, false},
		"another protocol":    {func(task *Task) { task.Protocol = ProtocolUDP }, false},
		"another source":      {func(task *Task) { task.SourceAddress = "2001:db8::2" }, false},
		"another block":       {func(task *Task) { task.DestinationAddress = "2001:db8::/65" }, false},
		"a port":              {func(task *Task) { task.DestinationPort = "443" }, false},
	} {
		task := same
		test.change(&task)
		if got := request.matches(task); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
