package cfw

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number is an integer that may also arrive as a string, or as a float
// without a fraction. Absent and null leave it unset.
type number struct {
	value int64
	set   bool
}

func (n *number) UnmarshalJSON(data []byte) error {
	text := string(data)
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	if text = strings.TrimSpace(text); text == "null" || text == "" {
		return nil
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		// Beyond 2^53 a float has lost digits, and what becomes of one that no
		// integer holds depends on the processor.
		const exact = 1 << 53
		var float float64
		if json.Unmarshal([]byte(text), &float) != nil || float != math.Trunc(float) || math.Abs(float) >= exact {
			return fmt.Errorf("expected an integer: %w", strconv.ErrSyntax)
		}
		value = int64(float)
	}
	n.value, n.set = value, true
	return nil
}

func (n number) or(absent int64) int64 {
	if n.set {
		return n.value
	}
	return absent
}

type taskRecord struct {
	TaskID             string `json:"task_id"`
	Name               string `json:"name"`
	Status             number `json:"status"`
	Duration           number `json:"duration"`
	MaxPackets         number `json:"max_packets"`
	Protocol           number `json:"protocol"`
	SourceAddress      string `json:"source_address"`
	SourceAddressType  number `json:"source_address_type"`
	SourcePort         string `json:"source_port"`
	DestinationAddress string `json:"dest_address"`
	DestinationType    number `json:"dest_address_type"`
	DestinationPort    string `json:"dest_port"`
	CaptureSize        string `json:"capture_size"`
	CreatedDate        string `json:"created_date"`
	ModifiedDate       string `json:"modified_date"`
	RemainingDays      number `json:"remaining_days"`
	IsDeleted          number `json:"is_deleted"`
}

// noSize is what the service writes while there is nothing to measure.
const noSize = "--"

func (r taskRecord) task() Task {
	task := Task{
		ID: strings.TrimSpace(r.TaskID), Name: r.Name, Status: Status(r.Status.or(int64(StatusNotTold))),
		DurationInMinutes: r.Duration.value, MaxPackets: r.MaxPackets.value, Protocol: Protocol(r.Protocol.value),
		SourceAddress: r.SourceAddress, SourceAddressFamily: AddressFamily(r.SourceAddressType.value), SourcePort: r.SourcePort,
		DestinationAddress: r.DestinationAddress, DestinationAddressFamily: AddressFamily(r.DestinationType.value),
		DestinationPort: r.DestinationPort, CreatedDate: r.CreatedDate, ModifiedDate: r.ModifiedDate,
		Deleted: r.IsDeleted.value == 1,
	}
	if r.CaptureSize != noSize {
		task.CaptureSize = r.CaptureSize
	}
	if r.RemainingDays.set {
		task.RemainingDays = &r.RemainingDays.value
	}
	return task
}
