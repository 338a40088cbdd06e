// A member of a network of HashiCorp's memberlist with its settings for a LAN, to be measured by e2e/bench/crash.
//
//	memberlist [-probe DURATION] NAME ADDRESS [JOIN]
//
// It listens on ADDRESS, joins the network by the member at JOIN, and probes another member each DURATION. On stdout it
// tells of each change that it notices, as e2e/bench/views does: milliseconds since the epoch, its own name, the other's
// name, Online or Offline.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/memberlist"
)

type changes struct{ self string }

func (c changes) tell(node *memberlist.Node, state string) {
	fmt.Printf("%d %s %s %s\n", time.Now().UnixMilli(), c.self, node.Name, state)
}

func (c changes) NotifyJoin(node *memberlist.Node)  { c.tell(node, "Online") }
func (c changes) NotifyLeave(node *memberlist.Node) { c.tell(node, "Offline") }
func (c changes) NotifyUpdate(*memberlist.Node)     {}

func run(config *memberlist.Config, name, address string, join []string) error {
	config.Name = name
	config.BindAddr = address
	config.AdvertiseAddr = address
	config.Events = changes{name}
	list, err := memberlist.Create(config)
	if err != nil {
		return err
	}
	_, err = list.Join(join)
	return err
}

func main() {
	config := memberlist.DefaultLANConfig()
	flag.DurationVar(&config.ProbeInterval, "probe", config.ProbeInterval, "how often it probes another member")
	flag.Parse()
	if flag.NArg() < 2 || flag.NArg() > 3 {
		fmt.Fprintln(os.Stderr, "usage: memberlist [-probe DURATION] NAME ADDRESS [JOIN]")
		os.Exit(64)
	}
	if err := run(config, flag.Arg(0), flag.Arg(1), flag.Args()[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {} // until it is killed
}
