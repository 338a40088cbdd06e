// Asks every node of a network for its view, four times a second, and tells of what has changed in it; used by
// e2e/bench/crash. A node that takes long to answer is asked less often, so that the asking does not become what is
// measured.
//
//	views NETWORK PASSWORD-FILE NAME=URL...
//
// A line on stdout is: milliseconds since the epoch at which the answer was there, who was asked, of which member, and what
// it is said to be: Online, Offline, Degraded or Unknown. Of a node that gives no answer any more, each member is said to be
// Unanswered once.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	period  = 250 * time.Millisecond
	timeout = 5 * time.Second
	// How many times as long as the last answer took the node has peace.
	peace = 4
)

var errToken = errors.New("the token is not taken")

// asker keeps to one goroutine.
type asker struct {
	name, url, network, password string
	client                       *http.Client
	token                        string
	said                         map[string]string // by member
}

func (a *asker) tell(member, state string) {
	if a.said[member] != state {
		a.said[member] = state
		fmt.Printf("%d %s %s %s\n", time.Now().UnixMilli(), a.name, member, state)
	}
}

func (a *asker) ask() error {
	if a.token == "" {
		if err := a.login(); err != nil {
			return err
		}
	}
	request, err := http.NewRequest(http.MethodGet, a.url+"/view/"+a.network, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+a.token)
	var view struct {
		Nodes []struct {
			NodeID string `json:"node_id"`
			State  string `json:"state"`
		} `json:"nodes"`
	}
	if err := a.call(request, &view); err != nil {
		if errors.Is(err, errToken) {
			a.token = ""
		}
		return err
	}
	for _, node := range view.Nodes {
		a.tell(node.NodeID, node.State)
	}
	return nil
}

func (a *asker) login() error {
	request, err := http.NewRequest(http.MethodPost, a.url+"/login", nil)
	if err != nil {
		return err
	}
	request.SetBasicAuth("admin", a.password)
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := a.call(request, &answer); err != nil {
		return err
	}
	a.token = answer.AccessToken
	return nil
}

func (a *asker) call(request *http.Request, answer any) error {
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	switch response.StatusCode {
	case http.StatusOK:
		return json.Unmarshal(body, answer)
	case http.StatusUnauthorized:
		return errToken
	default:
		return fmt.Errorf("%s: %s", request.URL, response.Status)
	}
}

// run asks until the process is killed. Errors are told when they change: a node that is down says nothing new.
func (a *asker) run() {
	last := ""
	for {
		began := time.Now()
		err := a.ask()
		took := time.Since(began)
		time.Sleep(max(period-took, peace*took))
		if err == nil {
			last = ""
			continue
		}
		for member := range a.said {
			a.tell(member, "Unanswered")
		}
		if err.Error() != last {
			last = err.Error()
			fmt.Fprintf(os.Stderr, "%s: %s\n", a.name, last)
		}
	}
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: views NETWORK PASSWORD-FILE NAME=URL...")
		os.Exit(64)
	}
	password, err := os.ReadFile(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	nodes := os.Args[3:]
	for i, node := range nodes {
		name, url, found := strings.Cut(node, "=")
		if !found {
			fmt.Fprintf(os.Stderr, "found %q, expected NAME=URL\n", node)
			os.Exit(64)
		}
		// Not all in the same moment.
		time.AfterFunc(period*time.Duration(i)/time.Duration(len(nodes)), (&asker{
			name:     name,
			url:      url,
			network:  os.Args[1],
			password: string(bytes.TrimSpace(password)),
			client:   &http.Client{Timeout: timeout},
			said:     map[string]string{},
		}).run)
	}
	select {} // until it is killed
}
