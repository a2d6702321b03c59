// One step of RFC 9497 (VOPRF, ristretto255-SHA512) by voprf-ts. Reads JSON on its input, writes JSON; bytes are hex.
const { Oprf, VOPRFClient, VOPRFServer, Evaluation, EvaluationRequest, FinalizeData, DLEQProof, derivePrivateKey,
    generatePublicKey } = require('@cloudflare/voprf-ts')
const { CryptoNoble } = require('@cloudflare/voprf-ts/crypto-noble')

const suite = Oprf.Suite.RISTRETTO255_SHA512
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'))
const group = Oprf.getGroup(suite, CryptoNoble)
const elements = (list) => list.map((one) => group.desElt(bytes(one)))

async function server(asked) {
    const key = await derivePrivateKey(Oprf.Mode.VOPRF, suite, bytes(asked.seed), bytes(asked.info), CryptoNoble)
    return [new VOPRFServer(suite, key, CryptoNoble), generatePublicKey(suite, key, CryptoNoble)]
}

const steps = {
    async evaluate(asked) {
        const [holding, key] = await server(asked)
        const made = await holding.blindEvaluate(new EvaluationRequest(elements(asked.elements)))
        return { public: hex(key), elements: made.evaluated.map((one) => hex(one.serialize())), proof: hex(made.proof.serialize()) }
    },
    async known(asked) {
        const [holding] = await server(asked)
        return { outputs: await Promise.all(asked.inputs.map(async (one) => hex(await holding.evaluate(bytes(one))))) }
    },
    async blind(asked) {
        const asking = new VOPRFClient(suite, bytes(asked.public), CryptoNoble)
        const [kept, request] = await asking.blind(asked.inputs.map(bytes))
        return { kept: hex(kept.serialize()), elements: request.blinded.map((one) => hex(one.serialize())) }
    },
    async finalize(asked) {
        const asking = new VOPRFClient(suite, bytes(asked.public), CryptoNoble)
        const kept = FinalizeData.deserialize(suite, bytes(asked.kept), CryptoNoble)
        const proof = DLEQProof.deserialize(group.id, bytes(asked.proof), CryptoNoble)
        const answer = new Evaluation(Oprf.Mode.VOPRF, elements(asked.elements), proof)
        return { outputs: (await asking.finalize(kept, answer)).map(hex) }
    },
}

let text = ''
process.stdin.on('data', (piece) => { text += piece })
process.stdin.on('end', async () => {
    const asked = JSON.parse(text)
    try {
        process.stdout.write(JSON.stringify(await steps[asked.step](asked)))
    } catch (error) {
        process.stdout.write(JSON.stringify({ refused: String(error.message) }))
    }
})
